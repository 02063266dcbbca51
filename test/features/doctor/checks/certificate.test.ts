import { expect, test } from 'bun:test';
import { certificate } from '../../../../src/features/doctor/checks/certificate.ts';
import { store } from '../../../../src/features/doctor/checks/store.ts';
import { restartWithSettings } from '../../../../src/features/doctor/units.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { AnsweringServer } from '../answering-server.ts';
import { find, findOne } from '../context.ts';

const missing =
  'There is no certificate for sync.example.com yet, so apps cannot come in. authority.example could not reach port 80 of sync.example.com.';
const late = 'It is tried again at 2027-01-01T00:00:00.000Z; after a restart at once.';

test('what is wrong with the certificate of the server is told under its own name, and not under that of the store', async () => {
  using folder = temporaryFolder();
  const status = {
    problems: [missing, 'The disk has failed.'],
    warnings: [late, 'One app waits.'],
    certificate: { source: 'authority', validTo: null, nextAt: null },
  };
  await using _server = new AnsweringServer(folder.path, status);
  const given = { environment: { DATA_DIR: folder.path } };
  expect(await find(certificate, given)).toMatchObject([
    { check: 'certificate', kind: 'problem', cause: missing },
    { check: 'certificate', kind: 'warning', cause: late },
  ]);
  const causes = (await find(store, given)).map(({ cause }) => cause);
  expect(causes).toEqual(['The disk has failed.', 'One app waits.']);
});

test('one that is good is ok until it ends, and without TLS of its own nothing is said', async () => {
  using folder = temporaryFolder();
  const given = { environment: { DATA_DIR: folder.path } };
  const validTo = '2027-03-01T00:00:00.000Z';
  {
    await using _server = new AnsweringServer(folder.path, {
      certificate: { source: 'files', validTo, nextAt: null },
    });
    expect(await findOne(certificate, given)).toMatchObject({
      kind: 'ok',
      cause: expect.stringContaining(validTo),
    });
  }
  await using _server = new AnsweringServer(folder.path);
  expect(await find(certificate, given)).toEqual([]);
});

test('a server that was started with flags is not to be started again with them', () => {
  const words = ['/usr/bin/groundmist', 'serve', '--tls', 'auto', '--env-file', '/a b/env', '--port=8443'];
  expect(restartWithSettings({ words, isSame: 'again' })).toBe(
    "It was started with --tls and --port, which win over the settings. Stop it, and start it again without them (`groundmist serve --env-file '/a b/env'`), or write into the settings what they say.",
  );
  expect(restartWithSettings({ words: ['groundmist', 'serve', '--env-file', '/x'], isSame: 'again' })).toBe(
    'again',
  );
});
