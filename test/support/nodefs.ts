import { sharedFence } from './fence.ts';
import type { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../src/core/store/disk.ts';
import type { NodefsPlaces } from '../../src/core/store/layout.ts';
import { openIndexDatabase } from '../../src/core/store/nodefs/index-database.ts';
import { openNodefsStore } from '../../src/core/store/nodefs/open-nodefs-store.ts';
import type { NodefsStore } from '../../src/core/store/nodefs/nodefs-store.ts';
import { diskFiles, type StoreFiles } from '../../src/core/store/nodefs/store-files.ts';
import { StoreMeasures } from '../../src/core/store/store-measures.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { roomyDisk } from './roomy-disk.ts';

export interface NodefsGround {
  readonly now?: () => number;
  readonly files?: StoreFiles;
  readonly disk?: Disk;
  readonly openIndex?: (path: string) => Database;
  readonly measures?: StoreMeasures;
}

/** Where a test keeps the files of one namespace. */
export function nodefsPlaces(directory: string): NodefsPlaces {
  return {
    base: join(directory, 'documents'),
    temporary: join(directory, 'own', 'tmp'),
    quarantine: join(directory, 'own', 'quarantine'),
    index: join(directory, 'own', 'index.sqlite'),
  };
}

/** A store of files in `directory`, made where there is none. */
export async function openNodefs(
  directory: string,
  {
    now = systemClock.now,
    files = diskFiles,
    disk = roomyDisk(),
    openIndex = openIndexDatabase,
    measures = new StoreMeasures(),
  }: NodefsGround = {},
): Promise<NodefsStore> {
  const places = nodefsPlaces(directory);
  for (const path of [places.base, join(directory, 'own')]) mkdirSync(path, { recursive: true });
  return openNodefsStore({
    places,
    clock: { ...systemClock, now },
    disk,
    fence: sharedFence(),
    files,
    openIndex,
    measures,
  });
}
