import { openReader } from '../../core/store/reader.ts';
import { resolveTarget, type Target } from '../../core/store/target.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { chosenPager, pageThrough } from '../../platform/pager.ts';
import { coreSettings } from '../../settings.ts';
import { showConflicts } from './document/show-conflicts.ts';
import { showContent } from './document/show-content.ts';
import { showDiff } from './document/show-diff.ts';
import { showHistory } from './document/show-history.ts';
import { showRaw } from './document/show-raw.ts';
import { dump } from './dump.ts';
import { showFound } from './find/show.ts';
import { showGraph } from './graph/show.ts';
import { Damage, type Inspection } from './inspection.ts';
import { readQuestion, type DocumentQuestion, type DocumentTarget, type Question } from './question.ts';
import { showNamespace, showNamespaceJson, showType, showTypeJson } from './show-documents.ts';
import { showTree } from './show-tree.ts';

/** `groundmist inspect [target]`: needs the data directory and nothing else. */
export const run: RunCommand = async ({ arguments: given, options, terminal, configuration, signal }) => {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  await using reader = await openReader(dataDirectory, { note: (sentence) => terminal.note(sentence) });
  const chosen = typeof options['in'] === 'string' ? options['in'] : undefined;
  const target = await resolveTarget(reader, given['target'], chosen, 'all namespaces');
  const question = readQuestion(options, target, systemClock.now());
  const pager =
    terminal.isScreen && options['pager'] !== false ? chosenPager(terminal.environment) : undefined;
  await using paging = pager === undefined ? undefined : pageThrough(terminal, pager);
  const shown = paging?.terminal ?? terminal;
  const isJson = options['json'] === true;
  const inspection: Inspection = { reader, terminal: shown, signal, isJson, damage: new Damage(shown) };
  try {
    await answer(inspection, question);
    inspection.damage.throwIfAny();
  } finally {
    inspection.damage.tell();
  }
};

async function answer(inspection: Inspection, question: Question): Promise<void> {
  const { isJson } = inspection;
  switch (question.kind) {
    case 'one':
      return await answerOne(inspection, question.target, question.about);
    case 'list':
      return await (isJson ? listJson : list)(inspection, question.target);
    case 'dump':
      return await dump(inspection, question.target);
    case 'find':
      return await showFound(inspection, { ...question, form: isJson ? 'json' : 'lines' });
    case 'graph':
      return await showGraph(inspection, question.target, isJson ? 'json' : 'drawn');
    case 'dot':
      return await showGraph(inspection, question.target, 'dot');
  }
}

function answerOne(inspection: Inspection, target: DocumentTarget, about: DocumentQuestion): Promise<void> {
  switch (about.kind) {
    case 'content':
      return showContent(inspection, target, about.moment);
    case 'history':
      return showHistory(inspection, target, about);
    case 'diff':
      return showDiff(inspection, target, about);
    case 'conflicts':
      return showConflicts(inspection, target, about.moment);
    case 'raw':
      return showRaw(inspection, target);
  }
}

type Listed = Exclude<Target, DocumentTarget>;

function list(inspection: Inspection, target: Listed): Promise<void> {
  switch (target.kind) {
    case 'tree':
      return showTree(inspection, target.namespaces, 'drawn');
    case 'namespace':
      return showNamespace(inspection, target.namespace);
    case 'type':
      return showType(inspection, target.type, target.namespaces);
  }
}

function listJson(inspection: Inspection, target: Listed): Promise<void> {
  switch (target.kind) {
    case 'tree':
      return showTree(inspection, target.namespaces, 'json');
    case 'namespace':
      return showNamespaceJson(inspection, target.namespace);
    case 'type':
      return showTypeJson(inspection, target.type, target.namespaces);
  }
}
