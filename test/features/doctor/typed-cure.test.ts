import { describe, expect, test } from 'bun:test';
import { chownSync } from 'node:fs';
import { findingsOf } from '../../../src/features/doctor/finding.ts';
import { typeCure } from '../../../src/features/doctor/typed-cure.ts';
import { userByName } from '../../../src/platform/users.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { contextOf, isRoot, type Given } from './context.ts';

const { ok, warning } = findingsOf('store');

async function typed(cure: string, given: Given): Promise<string> {
  const finding = await typeCure(warning('Something.', cure), contextOf(given));
  return 'cure' in finding ? finding.cure : expect.unreachable();
}

test('a command goes on with what this one was told', async () => {
  using folder = temporaryFolder();
  const environment = { DATA_DIR: folder.path };
  expect(await typed('groundmist verify', { environment })).toBe('groundmist verify');
  const options = { envFile: '/srv/my mist/env' };
  expect(await typed('groundmist verify', { environment, options })).toBe(
    "groundmist verify --env-file '/srv/my mist/env'",
  );
  expect(await typed('groundmist init --env-file /env', { environment, options })).toBe(
    'groundmist init --env-file /env',
  );
  const sources = { flags: { DATA_DIR: folder.path, PORT: '4000' }, environment: {} };
  expect(await typed('groundmist verify --repair', { sources })).toBe(
    `groundmist verify --repair --data-dir ${folder.path}`,
  );
  expect(await typed('groundmist serve', { sources })).toBe(
    `groundmist serve --port 4000 --data-dir ${folder.path}`,
  );
});

test('so does one that words name', async () => {
  using folder = temporaryFolder();
  const given = { environment: { DATA_DIR: folder.path }, options: { envFile: '/env' } };
  expect(await typed('Stop it, and start it again with `groundmist serve`.', given)).toBe(
    'Stop it, and start it again with `groundmist serve --env-file /env`.',
  );
  expect(await typed('See `groundmist config` and `groundmist verify`.', given)).toBe(
    'See `groundmist config --env-file /env` and `groundmist verify --env-file /env`.',
  );
});

test('what is no command of ours, and no command, stays as it is', async () => {
  using folder = temporaryFolder();
  const given = { environment: { DATA_DIR: folder.path }, options: { envFile: '/env' } };
  for (const cure of [
    'chmod 700 /srv',
    'groundmistery',
    'Run `groundmist doctor`.',
    'Type `sudo groundmist verify`.',
  ]) {
    expect(await typed(cure, given)).toBe(cure);
  }
  expect(await typeCure(ok('Well.'), contextOf(given))).toEqual(ok('Well.'));
});

describe.if(isRoot && userByName('nobody') !== undefined)('where the server runs as another user', () => {
  test('what writes into its data directory is typed as that user, with the same settings', async () => {
    using folder = temporaryFolder();
    chownSync(folder.path, userByName('nobody')?.id ?? -1, 0);
    const file = { path: '/srv/mist/.env', values: { DATA_DIR: folder.path } };
    const sources = { flags: {}, environment: {}, file };
    expect(await typed('groundmist verify --repair', { sources })).toBe(
      'runuser -u nobody -- groundmist verify --repair --env-file /srv/mist/.env',
    );
    expect(await typed('groundmist init', { sources })).toBe('groundmist init');
  });
});
