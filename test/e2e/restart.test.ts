import { getHeads } from '@automerge/automerge';
import { expect, setDefaultTimeout, test } from 'bun:test';
import { parseDocumentId } from '../../src/core/store/document-id.ts';
import { openReader } from '../../src/core/store/reader.ts';
import { benchNamespace, groundmistServer } from '../bench/servers/groundmist.ts';
import { Home } from '../bench/servers/home.ts';
import { eventually } from '../support/eventually.ts';
import { ReturningClient } from '../support/returning-client.ts';
import { Binary } from './binary.ts';

setDefaultTimeout(60_000);

const count = 200;
const options = { retryMs: 300, documents: 1 };

test('hundreds of clients that write meanwhile all come back from a restart, and lose nothing', async () => {
  using binary = new Binary();
  await using home = await Home.create(groundmistServer(binary), count);
  const clients: ReturningClient[] = [];
  const allSynced = () => eventually('all are synced', () => clients.every(({ isSynced }) => isSynced));
  for (let n = 0; n < count; n++) {
    clients.push(new ReturningClient(home.nextUrl(), options));
    if (n % 50 === 49) await allSynced();
  }
  for (const client of clients) client.change();
  const stopping = home.server.stop();
  for (const client of clients) client.change();
  await stopping;
  for (const client of clients) client.change();
  await home.start();
  await allSynced();
  await home.server.stop();

  // How the ends are spread is asked of the clock in test/core/sync/hubs.test.ts, and measured by test/bench/restart.ts.
  const left = clients.filter(({ visits }) => !visits.some(({ code }) => code === 1001));
  expect(left).toEqual([]);
  await using reader = await openReader(home.dataFolder);
  for (const { documents } of clients) {
    for (const [id, { doc }] of documents) {
      const documentId = parseDocumentId(id);
      const read = documentId && (await reader.load(benchNamespace, documentId));
      expect(read?.heads?.toSorted()).toEqual(getHeads(doc).toSorted());
    }
  }
  for (const client of clients) client[Symbol.dispose]();
});
