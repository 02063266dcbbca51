import { expect, test } from 'bun:test';
import { port, whyNotOpened } from '../../../../src/features/doctor/checks/port.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { freePort } from '../../../support/free-port.ts';
import { AnsweringServer } from '../answering-server.ts';
import { findOne } from '../context.ts';

test('a port that is free is ok, and free afterwards', async () => {
  using folder = temporaryFolder();
  const environment = { DATA_DIR: folder.at('data'), PORT: String(await freePort()) };
  expect(await findOne(port, { environment })).toMatchObject({ kind: 'ok' });
  expect(await findOne(port, { environment })).toMatchObject({ kind: 'ok' });
});

test('one that another program has is a problem that names it', async () => {
  using folder = temporaryFolder();
  const other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const number = String(other.port);
  const environment = { DATA_DIR: folder.at('data'), PORT: number };
  const finding = await findOne(port, { environment });
  await other.stop(true);
  const isNamed = process.platform === 'linux';
  expect(finding).toMatchObject({
    kind: 'problem',
    cause: expect.stringMatching(
      isNamed
        ? new RegExp(`^Port ${number} of 127.0.0.1 is taken by bun \\(process ${process.pid}\\)`)
        : number,
    ),
    cure: expect.stringContaining('set another PORT'),
  });
});

test('an address that this machine does not have is a problem', async () => {
  using folder = temporaryFolder();
  const environment = {
    DATA_DIR: folder.at('data'),
    GROUNDMIST_LISTEN: '203.0.113.1',
    PORT: String(await freePort()),
  };
  expect(await findOne(port, { environment })).toMatchObject({
    kind: 'problem',
    cure: expect.stringContaining('GROUNDMIST_LISTEN'),
  });
});

test('one that is for root is a problem, unless systemd opens it', () => {
  const place = { hostname: '127.0.0.1', number: 80, place: '', byUnit: false };
  expect(whyNotOpened('EACCES', place)).toMatchObject({
    kind: 'problem',
    cure: expect.stringContaining('from 1024 up'),
  });
  expect(whyNotOpened('EACCES', { ...place, byUnit: true })).toMatchObject({ kind: 'unchecked' });
});

test('the one of the server that runs is its own', async () => {
  using folder = temporaryFolder();
  await using _server = new AnsweringServer(folder.path);
  expect(await findOne(port, { environment: { DATA_DIR: folder.path } })).toMatchObject({ kind: 'ok' });
});

test('one that waits for its certificate is not said to be open', async () => {
  using folder = temporaryFolder();
  const certificate = { source: 'authority', validTo: null, nextAt: null };
  await using _server = new AnsweringServer(folder.path, { certificate });
  const environment = { DATA_DIR: folder.path, GROUNDMIST_TLS: 'auto' };
  expect(await findOne(port, { environment })).toMatchObject({
    kind: 'unchecked',
    cause: 'Port 443 is closed until the server has its certificate.',
  });
});
