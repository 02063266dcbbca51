import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Configuration } from '../../../src/configuration.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { findDifferent } from '../../../src/features/doctor/setting-marks.ts';
import { coreSettings } from '../../../src/settings.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { AnsweringServer } from './answering-server.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a server tells which of its settings differ, and none of their values', async () => {
  await using server = await ComposedServer.start();
  const { dataDirectory } = server;
  mkdirSync(dirname(controlSocketPath(dataDirectory)), { recursive: true });
  const said: string[] = [];
  const listener = Bun.serve({
    unix: controlSocketPath(dataDirectory),
    async fetch(request) {
      const response = await server.groundmist.control(request);
      said.push(await response.clone().text());
      return response;
    },
  });
  const same = {
    ATPROTO_DID: server.owner.did,
    GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
    GROUNDMIST_PLC_URL: server.owner.plcUrl,
    GROUNDMIST_PRIVATE_HOSTS: server.owner.plcHost,
  };
  const differing = (changed: Readonly<Record<string, string>>) =>
    findDifferent(
      dataDirectory,
      new Configuration({ flags: {}, environment: { ...same, ...changed } }).read(coreSettings),
    );
  expect(await differing({})).toEqual([]);
  expect(await differing({ GROUNDMIST_TRUSTED_PROXIES: '127.0.0.0/8, ::1/128' })).toEqual([]);
  expect(
    await differing({
      GROUNDMIST_SYNC_SECRET_KEY: 'cd'.repeat(32),
      GROUNDMIST_TRUSTED_PROXIES: '10.0.0.0/8',
      GROUNDMIST_STORE: 'nodefs',
    }),
  ).toEqual(['GROUNDMIST_SYNC_SECRET_KEY', 'GROUNDMIST_TRUSTED_PROXIES', 'GROUNDMIST_STORE']);
  expect(new Set(said).size).toBe(3);
  expect(said.join()).not.toContain('abab'.repeat(8));
  await listener.stop(true);
});

test('one that knows nothing of this tells nothing', async () => {
  using folder = temporaryFolder();
  await using _server = new AnsweringServer(folder.path);
  const environment = { ATPROTO_DID: 'did:web:example.com', GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32) };
  const values = new Configuration({ flags: {}, environment }).read(coreSettings);
  expect(await findDifferent(folder.path, values)).toBeUndefined();
});
