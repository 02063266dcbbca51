import { existsSync, renameSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import { syncFolder } from '../store/durable-file.ts';
import { hashOf, QuarantineFolder } from '../store/nodefs/quarantine-folder.ts';
import { diskFiles } from '../store/nodefs/store-files.ts';
import { StockReader } from '../store/stock-reader.ts';
import { isDamaged } from './document-report.ts';
import { examineDocument } from './examine-document.ts';
import type { RepairedDocument } from './repair-document.ts';

export interface StockRepair {
  readonly fence: Pick<Fence, 'open' | 'compact' | 'judge'>;
  /** The folder of the namespace. */
  readonly base: string;
  readonly quarantine: string;
  readonly now: number;
}

/** The same for a document in the stock layout that no server has imported: its files move, and nothing else. */
export async function repairStockDocument(
  namespace: Namespace,
  id: DocumentId,
  { fence, base, quarantine, now }: StockRepair,
): Promise<RepairedDocument | undefined> {
  const reader = new StockReader(base);
  const laid = await reader.lay(id);
  const report = laid && (await examineDocument(namespace, laid, fence));
  if (report === undefined || !isDamaged(report)) return undefined;
  const folder = new QuarantineFolder(quarantine, diskFiles);
  let quarantined = 0;
  for (const { chunk, problem } of report.findings) {
    const { path } = chunk;
    if (path === undefined || !existsSync(path)) continue;
    const name = `${basename(dirname(path))}/${basename(path)}`;
    const note = { documentId: id, reason: problem, chunk: name, setAsideAt: now, sha256: hashOf(path) };
    const place = await folder.note(note);
    renameSync(path, folder.chunkPath(place));
    for (const changed of [quarantine, dirname(path)]) syncFolder(changed);
    quarantined += 1;
  }
  const after = await reader.lay(id);
  const left = after && (await examineDocument(namespace, after, fence));
  return {
    namespace,
    id,
    quarantined,
    report,
    problem: left && isDamaged(left) ? left.problems[0] : undefined,
  };
}
