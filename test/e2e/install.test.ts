import { expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';

const root = join(import.meta.dir, '../..');
const scripts = ['install.sh', 'bin/setup', 'bin/test', '.ci/run'];

function install(home: string, ...args: readonly string[]) {
  const run = Bun.spawnSync([join(root, 'install.sh'), ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
  });
  return { exitCode: run.exitCode, stdout: run.stdout.toString(), stderr: run.stderr.toString() };
}

test('from a checkout it installs one file, says what PATH lacks, and may be run again', () => {
  using home = temporaryFolder();
  for (let time = 0; time < 2; time++) {
    const { exitCode, stdout } = install(home.path, '--from-source');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`is at ${home.path}/.local/bin/groundmist`);
    expect(stdout).toContain(`export PATH="${home.path}/.local/bin:$PATH"`);
    expect(readdirSync(home.at('.local/bin'))).toEqual(['groundmist']);
  }
  const installed = Bun.spawnSync([home.at('.local/bin/groundmist'), '--version'], { cwd: home.path });
  expect(installed.stdout.toString()).toStartWith('groundmist ');
}, 60_000);

test('without a way to install it says what there is, and does nothing', () => {
  using home = temporaryFolder();
  expect(install(home.path)).toMatchObject({ exitCode: 2, stdout: '' });
  expect(install(home.path, '--form-source')).toMatchObject({ exitCode: 2, stdout: '' });
  expect(readdirSync(home.path)).toEqual([]);
});

test.skipIf(Bun.which('shellcheck') === null).each(scripts)('shellcheck finds nothing in %s', (script) => {
  const run = Bun.spawnSync(['shellcheck', '--shell=sh', join(root, script)]);
  expect(run.stdout.toString()).toBe('');
});
