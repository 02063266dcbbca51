/**
 * `bun hub-process.ts <folder> <FULL|OFF>`: the hub and the store of the server behind a bare socket, with
 * that `PRAGMA synchronous` on the database, and the same for its tail. Prints its port; ends with its stdin.
 */
import { join } from 'node:path';
import { getLogger } from '@logtape/logtape';
import { approvedPermission } from '../../src/core/access/access.ts';
import { parseNamespace } from '../../src/core/lexicon/namespace.ts';
import { openDocumentsDatabase } from '../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../src/core/store/sqlite-store.ts';
import { DeviceSockets } from '../../src/core/sync/device-sockets.ts';
import { DocumentCache } from '../../src/core/sync/document-cache.ts';
import { Hub } from '../../src/core/sync/hub.ts';
import { defaultSyncLimits } from '../../src/core/sync/limits.ts';
import { SyncMeasures } from '../../src/core/sync/sync-measures.ts';
import { socketHandler } from '../../src/http.ts';
import { diskTailFiles } from '../../src/core/store/tail-files.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openFence } from '../support/fence.ts';
import { roomyDisk } from '../support/roomy-disk.ts';
import { tailBeside } from '../support/tail-beside.ts';

const [folder = '', synchronous = ''] = process.argv.slice(2);
if (synchronous !== 'FULL' && synchronous !== 'OFF') throw new Error('FULL or OFF');

const database = openDocumentsDatabase(join(folder, 'documents.sqlite'));
const run = database.run.bind(database);
// The store turns syncing off and on by itself: here it cannot turn it on.
database.run = (sql, ...bindings) => run(sql.replace('= FULL', `= ${synchronous}`), ...bindings);
database.run('PRAGMA synchronous = FULL');
const tailFiles = synchronous === 'FULL' ? diskTailFiles : { ...diskTailFiles, sync: () => {} };
const namespace = parseNamespace('xyz.groundmist.library');
const hub = new Hub({
  namespace,
  store: new SqliteStore({
    database,
    tailPath: tailBeside(database),
    tailFiles,
    clock: systemClock,
    disk: roomyDisk(),
  }),
  storageId: crypto.randomUUID(),
  fence: openFence(),
  cache: new DocumentCache(defaultSyncLimits.changesInMemory),
  sockets: new DeviceSockets({ opened() {}, closed() {} }),
  policies: [approvedPermission],
  limits: defaultSyncLimits,
  clock: systemClock,
  soon: queueMicrotask,
  log: getLogger('groundmist-test'),
  measures: new SyncMeasures(),
});

const session = {
  id: 's',
  deviceId: 'd',
  namespace,
  permission: 'read-write',
  rootDocumentUrl: undefined,
} as const;
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, open) =>
    open.upgrade(request, { data: hub.connect(session, 'abc123') }) ? undefined : new Response(),
  websocket: socketHandler(defaultSyncLimits, getLogger('groundmist-test')),
});
console.log(server.port);
for await (const _ of process.stdin);
process.exit();
