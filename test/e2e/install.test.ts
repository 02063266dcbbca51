import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';

const root = join(import.meta.dir, '../..');
const scripts = ['install.sh', 'bin/setup', 'bin/test', '.ci/run'];

function install(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = { HOME: home },
) {
  const run = Bun.spawnSync([join(root, 'install.sh'), ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return { exitCode: run.exitCode, stdout: run.stdout.toString(), stderr: run.stderr.toString() };
}

test('from a checkout it installs one file and its man page, says what PATH lacks, and may be run again', () => {
  using home = temporaryFolder();
  for (let time = 0; time < 2; time++) {
    const { exitCode, stdout } = install(home.path, ['--from-source']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`is at ${home.path}/.local/bin/groundmist`);
    expect(stdout).toContain(`export PATH="${home.path}/.local/bin:$PATH"`);
    expect(readdirSync(home.at('.local/bin'))).toEqual(['groundmist']);
  }
  expect(readdirSync(home.at('.local/share/man/man1'))).toEqual(['groundmist.1']);
  const page = readFileSync(home.at('.local/share/man/man1/groundmist.1'), 'utf8');
  expect(page).toBe(readFileSync(join(root, 'man/groundmist.1'), 'utf8'));
  const installed = Bun.spawnSync([home.at('.local/bin/groundmist'), '--version'], { cwd: home.path });
  expect(installed.stdout.toString()).toStartWith('groundmist ');
}, 60_000);

test('where the man page cannot go, the binary is installed all the same', () => {
  using home = temporaryFolder();
  writeFileSync(home.at('share'), 'a file where the folder would be');
  const { exitCode, stdout } = install(home.path, ['--from-source'], {
    GROUNDMIST_INSTALL_DIR: home.at('bin'),
  });
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`is at ${home.path}/bin/groundmist`);
  expect(stdout).not.toContain('man page');
  expect(readdirSync(home.at('bin'))).toEqual(['groundmist']);
}, 60_000);

test('without a way to install it says what there is, and does nothing', () => {
  using home = temporaryFolder();
  expect(install(home.path, [])).toMatchObject({ exitCode: 2, stdout: '' });
  expect(install(home.path, ['--form-source'])).toMatchObject({ exitCode: 2, stdout: '' });
  expect(readdirSync(home.path)).toEqual([]);
});

test('without a HOME it asks where to go; a relative folder is named as a whole', () => {
  using home = temporaryFolder();
  for (const env of [{}, { HOME: '' }]) {
    const { exitCode, stderr } = install(home.path, ['--from-source'], env);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'install.sh: HOME is not set. Name a folder with GROUNDMIST_INSTALL_DIR.\n',
    });
  }
  expect(install(home.path, ['--help'], {}).exitCode).toBe(0);
  const { stdout } = install(home.path, ['--from-source'], { GROUNDMIST_INSTALL_DIR: 'programs' });
  expect(stdout).toContain(`is at ${home.path}/programs/groundmist`);
  expect(stdout).toContain(`export PATH="${home.path}/programs:$PATH"`);
}, 60_000);

test('a folder that cannot be written to is named before anything is built', () => {
  using home = temporaryFolder();
  const { exitCode, stderr } = install(home.path, ['--from-source'], {
    GROUNDMIST_INSTALL_DIR: '/dev/null/programs',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toEndWith(
    'install.sh: /dev/null/programs cannot be written to. Name another folder with GROUNDMIST_INSTALL_DIR.\n',
  );
  expect(stderr).not.toContain('bun install');
});

test.skipIf(Bun.which('shellcheck') === null).each(scripts)('shellcheck finds nothing in %s', (script) => {
  const run = Bun.spawnSync(['shellcheck', '--shell=sh', join(root, script)]);
  expect(run.stdout.toString()).toBe('');
});
