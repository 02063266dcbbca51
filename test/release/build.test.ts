import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from '../../release/build.ts';
import { readLock } from '../../release/lock.ts';
import { targets } from '../../release/targets.ts';
import { packageManager } from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/folder.ts';
import { copyOfCheckout } from './checkout-copy.ts';

const root = join(import.meta.dir, '../..');

test('the same source gives the same bytes, in another folder, environment and home', () => {
  using folder = temporaryFolder();
  using copy = copyOfCheckout();
  const edition = { version: '9.9.9', commit: 'a commit' };
  const command = [
    process.execPath,
    '--no-env-file',
    'release/build.ts',
    '--outfile',
    folder.at('there/groundmist'),
  ];
  writeFileSync(folder.at('.bunfig.toml'), '[define]\n"process.platform" = "\'another\'"\n');
  const env = {
    ...process.env,
    GROUNDMIST_COMMIT: 'not asked for: there is git',
    HOME: folder.path,
    XDG_CONFIG_HOME: folder.path,
    NODE_ENV: 'production',
    BUN_OPTIONS: '--conditions=production',
    BUN_JSC_useConcurrentJIT: '0',
  };
  expect(Bun.spawnSync(command, { cwd: copy.path, env }).exitCode).toBe(0);
  const run = Bun.spawnSync([folder.at('there/groundmist'), '--version', '--verbose'], { cwd: folder.path });
  const [, commit = ''] = /^commit (.*)$/m.exec(run.stdout.toString()) ?? [];
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  const { version } = JSON.parse(readFileSync(copy.at('package.json'), 'utf8'));
  build({ root, outfile: folder.at('here'), edition: { version, commit } });
  const [here, there] = ['here', 'there/groundmist'].map((path) => readFileSync(folder.at(path)));
  expect(Bun.hash(here ?? '')).toBe(Bun.hash(there ?? ''));
  expect(here?.includes(root)).toBe(false);
  expect(here?.includes('cbor-extract/prebuilds')).toBe(false);
  build({ root, outfile: folder.at('other'), edition });
  expect(Bun.hash(readFileSync(folder.at('other')))).not.toBe(Bun.hash(here ?? ''));
}, 180_000);

test('every target has a runtime, pinned to the version that builds', () => {
  const version = packageManager.replace(/^bun@/, '');
  const pinned = readLock(join(root, 'release/runtimes/bun.lock'));
  expect(targets.map(({ runtime }) => `${runtime}@${version}`).toSorted()).toEqual(
    [...pinned.keys()].toSorted(),
  );
  expect(Bun.version).toBe(version);
});
