import { sequenceLimit } from '../chunk-table.ts';
import { readIfThere } from '../read-if-there.ts';
import { tailHeaderBytes } from '../tail-header.ts';
import { byDocument } from '../tail-overlay.ts';
import { recoverTail } from '../tail-recovery.ts';
import { Salvaged } from './classify.ts';
import { readPages } from './pages.ts';
import { salvageRecords } from './records.ts';

/** All that can be read out of a broken database, its log and its tail; nothing is written. */
export function salvage(path: string): Salvaged {
  const salvaged = new Salvaged();
  for (const record of salvageRecords(readPages(path))) salvaged.add(record);
  addTail(salvaged, readIfThere(`${path}-tail`));
  salvaged.settle();
  return salvaged;
}

/** Its header says by itself which checksums it has. */
function addTail(salvaged: Salvaged, tail: Buffer | undefined): void {
  if (tail === undefined || tail.length < tailHeaderBytes) return;
  const { changes } = recoverTail(tail, tail.readBigUInt64LE(tailHeaderBytes - 8));
  for (const [number, ofDocument] of byDocument(changes)) {
    const next = salvaged.documents.get(number)?.nextSequence ?? 0;
    for (const { id, change } of ofDocument) {
      if (change && id % sequenceLimit >= next) salvaged.chunks.set(id, [change.bytes]);
    }
  }
}
