import { printableJson } from '../../platform/escape.ts';
import { dumpJson } from './document-json.ts';
import { documentsUnder } from './documents.ts';
import type { Inspection } from './inspection.ts';
import type { Target } from '../../core/store/target.ts';

/** The content of every document under the target as NDJSON: one object a line, nothing cut. */
export async function dump(inspection: Inspection, target: Target): Promise<void> {
  for await (const document of documentsUnder(inspection, target)) {
    await inspection.terminal.result(printableJson(dumpJson(document)));
  }
}
