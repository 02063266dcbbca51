import { expect, test } from 'bun:test';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../support/folder.ts';
import { entriesOf, installerPath, personHome, runInstaller } from '../support/installer.ts';

const root = join(import.meta.dir, '../..');
const scripts = ['install.sh', 'bin/setup', 'bin/test', '.ci/run'];

test('from a checkout it builds and installs, over what is there', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('bin'));
  writeFileSync(folder.at('bin/groundmist'), '#!/bin/sh\necho groundmist 0.0.1\n', { mode: 0o755 });
  const { exitCode, stdout } = await runInstaller(['--from-source', '--prefix', folder.path], {
    script: installerPath,
    asRoot: true,
    env: { HOME: folder.path },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toStartWith(
    `groundmist ${version} is at ${folder.path}/bin/groundmist, in place of 0.0.1\n`,
  );
  expect(entriesOf(folder.at('bin'))).toEqual(['groundmist']);
  const page = readFileSync(folder.at('share/man/man1/groundmist.1'), 'utf8');
  expect(page).toBe(readFileSync(join(root, 'man/groundmist.1'), 'utf8'));
}, 60_000);

test('what cannot be built is not installed, and packages are kept in the checkout', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('bin'));
  writeFileSync(
    folder.at('bin/setup'),
    '#!/bin/sh\necho "no network for $BUN_INSTALL_CACHE_DIR" >&2\nexit 1\n',
    { mode: 0o755 },
  );
  copyFileSync(installerPath, folder.at('install.sh'));
  const { exitCode, stderr } = await runInstaller(['--from-source', '--prefix', folder.at('p')], {
    script: folder.at('install.sh'),
    asRoot: true,
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: `no network for ${folder.path}/.bun/cache\ninstall.sh: It could not be built; what went wrong stands above. Nothing was installed.\n`,
  });
  expect(entriesOf(folder.path)).toEqual(['bin', 'bin/setup', 'install.sh']);
});

test('outside of a checkout there is nothing to build', async () => {
  using folder = personHome();
  const { exitCode, stderr } = await runInstaller(['--from-source'], {
    env: { HOME: folder.home },
    cwd: folder.home,
  });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `install.sh: ${folder.home} is not a checkout of groundmist. --from-source builds from one.\n`,
  });
  expect(entriesOf(folder.home)).toEqual([]);
});

test.skipIf(Bun.which('shellcheck') === null).each(scripts)('shellcheck finds nothing in %s', (script) => {
  const run = Bun.spawnSync(['shellcheck', '--shell=sh', join(root, script)]);
  expect(run.stdout.toString()).toBe('');
});
