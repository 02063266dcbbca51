/* Run by import.test.ts as a process of its own: imports a folder, and is killed by its own hand before the third write. */
import { systemClock } from '../../../src/platform/clock.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { importStockDocuments } from '../../../src/core/store/import.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { openFence } from '../../support/fence.ts';
import { wrapStore } from '../../support/wrapped-store.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';

const [, , base = '', path = ''] = process.argv;
const store = new SqliteStore({
  database: openDocumentsDatabase(path),
  tailPath: `${path}-tail`,
  clock: systemClock,
  disk: roomyDisk(),
});
let writes = 0;
const dyingStore = wrapStore(store, {
  append: async (id, addition) => {
    writes += 1;
    if (writes > 2) return Promise.withResolvers<readonly number[]>().promise;
    const sequences = await store.append(id, addition);
    if (writes > 2) process.kill(process.pid, 'SIGKILL');
    return sequences;
  },
});
await importStockDocuments(base, {
  store: dyingStore,
  fence: openFence(),
  signal: new AbortController().signal,
});
