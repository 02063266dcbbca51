import { openReader } from '../../core/store/reader.ts';
import type { RunCommand } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { inspectOne } from './documents.ts';
import { dump } from './dump.ts';
import { showFound } from './find/show.ts';
import { showGraph } from './graph/show.ts';
import { Damage, type Inspection } from './inspection.ts';
import { showDocument, showDocumentJson } from './show-document.ts';
import { showNamespace, showNamespaceJson, showType, showTypeJson } from './show-documents.ts';
import { showTree } from './show-tree.ts';
import { resolveTarget, type Target } from '../../core/store/target.ts';

/** `groundmist inspect [target]`: needs the data directory and nothing else. */
export const run: RunCommand = async ({ arguments: given, options, terminal, configuration, signal }) => {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  await using reader = await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) });
  const chosen = typeof options['in'] === 'string' ? options['in'] : undefined;
  const target = await resolveTarget(reader, given['target'], chosen);
  const inspection: Inspection = { reader, terminal, signal, damage: new Damage(terminal) };
  const form = options['json'] ? 'json' : undefined;
  const text = options['find'];
  if (typeof text === 'string') await showFound(inspection, { target, text, form: form ?? 'lines' });
  else if (options['dot']) await showGraph(inspection, target, 'dot');
  else if (options['graph']) await showGraph(inspection, target, form ?? 'drawn');
  else if (options['dump']) await dump(inspection, target);
  else if (options['json']) await showJson(inspection, target);
  else await show(inspection, target);
  inspection.damage.throwIfAny();
};

async function show(inspection: Inspection, target: Target): Promise<void> {
  switch (target.kind) {
    case 'tree':
      return showTree(inspection, target.namespaces, 'drawn');
    case 'namespace':
      return showNamespace(inspection, target.namespace);
    case 'type':
      return showType(inspection, target.type, target.namespaces);
    case 'document':
      return showDocument(inspection, await inspectOne(inspection, target.namespace, target.id));
  }
}

async function showJson(inspection: Inspection, target: Target): Promise<void> {
  switch (target.kind) {
    case 'tree':
      return showTree(inspection, target.namespaces, 'json');
    case 'namespace':
      return showNamespaceJson(inspection, target.namespace);
    case 'type':
      return showTypeJson(inspection, target.type, target.namespaces);
    case 'document':
      return showDocumentJson(inspection, await inspectOne(inspection, target.namespace, target.id));
  }
}
