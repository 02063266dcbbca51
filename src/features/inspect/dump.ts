import { printableJson } from '../../platform/escape.ts';
import { dumpJson } from './document-json.ts';
import { inspectDocuments, inspectOne, type InspectedDocument } from './documents.ts';
import type { Inspection } from './inspection.ts';
import { documentsOfType } from './show-documents.ts';
import type { Target } from '../../core/store/target.ts';

/** The content of every document under the target as NDJSON: one object a line, nothing cut. */
export async function dump(inspection: Inspection, target: Target): Promise<void> {
  for await (const document of documentsUnder(inspection, target)) {
    await inspection.terminal.result(printableJson(dumpJson(document)));
  }
}

async function* documentsUnder(inspection: Inspection, target: Target): AsyncGenerator<InspectedDocument> {
  switch (target.kind) {
    case 'tree':
      yield* inspectDocuments(inspection, target.namespaces);
      return;
    case 'namespace':
      yield* inspectDocuments(inspection, [target.namespace]);
      return;
    case 'type':
      yield* documentsOfType(inspection, target.type, target.namespaces);
      return;
    case 'document':
      yield await inspectOne(inspection, target.namespace, target.id);
  }
}
