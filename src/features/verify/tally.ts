import { isDamaged } from '../../core/verify/document-report.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';

/** What was looked at so far, and what of it is damaged. */
export class Tally {
  documents = 0;
  chunks = 0;
  bytes = 0;
  damagedDocuments = 0;
  damagedChunks = 0;
  /** Of databases and other files. */
  damagedFiles = 0;
  /** Changes that wait for others which are not stored. */
  waiting = 0;

  add(event: VerifyEvent): void {
    if (event.kind === 'store' || event.kind === 'file') this.damagedFiles += 1;
    if (event.kind !== 'document') return;
    const { report } = event;
    this.documents += 1;
    this.chunks += report.chunkCount;
    this.bytes += report.sizeBytes;
    this.waiting += report.survives.waitingCount;
    if (!isDamaged(report)) return;
    this.damagedDocuments += 1;
    this.damagedChunks += report.findings.length;
  }

  get isDamaged(): boolean {
    return this.damagedDocuments + this.damagedFiles > 0;
  }
}
