import { sequenceLimit } from '../chunk-table.ts';
import { readTailAlone } from '../emptied-store.ts';
import { byDocument } from '../tail-overlay.ts';
import type { RecoveredChange } from '../tail-recovery.ts';
import { Salvaged } from './classify.ts';
import { readPages } from './pages.ts';
import { salvageRecords } from './records.ts';

/** All that can be read out of a broken database, its log and its tail; nothing is written. */
export function salvage(path: string): Salvaged {
  const salvaged = new Salvaged();
  for (const record of salvageRecords(readPages(path))) salvaged.add(record);
  addTail(salvaged, readTailAlone(`${path}-tail`));
  salvaged.settle();
  return salvaged;
}

function addTail(salvaged: Salvaged, changes: readonly RecoveredChange[]): void {
  for (const [number, ofDocument] of byDocument(changes)) {
    const next = salvaged.documents.get(number)?.nextSequence ?? 0;
    for (const { id, change } of ofDocument) {
      if (change && id % sequenceLimit >= next) salvaged.chunks.set(id, [change.bytes]);
    }
  }
}
