import type { Database } from 'bun:sqlite';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../platform/clock.ts';
import { Failure } from '../../failure.ts';
import type { Fence } from '../../fence/fence.ts';
import type { Disk } from '../disk.ts';
import type { NodefsPlaces } from '../layout.ts';
import type { StoreMeasures } from '../store-measures.ts';
import { listStockDocuments } from '../stock-layout.ts';
import { DocumentFolders } from './document-folders.ts';
import { unknownDocument } from './document-index.ts';
import { openIndexDatabase } from './index-database.ts';
import { NamespaceIndex } from './namespace-index.ts';
import { NodefsStore } from './nodefs-store.ts';
import { QuarantineFolder } from './quarantine-folder.ts';
import { diskFiles, emptyFolder, type StoreFiles } from './store-files.ts';
import { isInStep } from './taking-stock.ts';

export interface OpenNodefsOptions {
  readonly places: NodefsPlaces;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly measures?: StoreMeasures;
  /** Opens what others wrote. */
  readonly fence: Pick<Fence, 'compact'>;
  readonly files?: StoreFiles;
  readonly openIndex?: (path: string) => Database;
}

/** So many documents are looked at before others have their turn. */
const turn = 100;

/** Opens the files of one namespace. What others changed meanwhile is found now, and opened when it is asked for. */
export async function openNodefsStore(options: OpenNodefsOptions): Promise<NodefsStore> {
  const { places, clock, disk, measures, fence, files = diskFiles, openIndex = openIndexDatabase } = options;
  emptyFolder(places.temporary);
  const quarantine = new QuarantineFolder(places.quarantine, files);
  refuseOtherFileSystems(places);
  const index = new NamespaceIndex(openIndex(places.index), clock);
  const folders = new DocumentFolders(places.base, files);
  let count = 0;
  const temporaryPath = (): string => join(places.temporary, `${(count += 1)}.chunk`);
  try {
    await findChanges({ folders, index }, places.base);
  } catch (error) {
    index.close();
    throw error;
  }
  return new NodefsStore({ folders, files, temporaryPath, index, quarantine, clock, disk, measures, fence });
}

/** Documents whose files are not those the index knows are to be opened again, new ones too. */
async function findChanges(
  ground: { readonly folders: DocumentFolders; readonly index: NamespaceIndex },
  base: string,
): Promise<void> {
  const { index } = ground;
  const ids = await listStockDocuments(base);
  for (let start = 0; start < ids.length; start += turn) {
    const changed = ids.slice(start, start + turn).filter((id) => !isInStep(ground, id));
    index.transact(() => {
      for (const id of changed) {
        index.documents.put({ ...(index.documents.find(id) ?? unknownDocument(id)), check_pending: 2 });
      }
    });
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

function refuseOtherFileSystems({ base, temporary, quarantine }: NodefsPlaces): void {
  for (const path of [temporary, quarantine]) {
    if (lstatSync(path).dev === lstatSync(base).dev) continue;
    throw new Failure(
      'ConfigurationInvalid',
      `${base} is on another file system than ${path}, and files cannot be moved from one to the other whole. Keep the data directory on one file system, or set GROUNDMIST_STORE=sqlite.`,
    );
  }
}
