import { expect, test } from 'bun:test';
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../support/folder.ts';
import { commitAll, copyOfCheckout } from './checkout-copy.ts';

test('it refuses, before it builds: what is not committed, a version without notes, the tag of another, no commit', () => {
  using copy = copyOfCheckout();
  const packageJson = readFileSync(copy.at('package.json'), 'utf8');
  writeFileSync(copy.at('package.json'), packageJson.replace(/"version": "[^"]*"/, '"version": "9.9.9"'));
  let [bun, env] = [process.execPath, process.env];
  const release = (...words: readonly string[]) => {
    const out = copy.at('dist/release');
    const command = [bun, '--no-env-file', 'release/release.ts', '--out', out, ...words];
    const run = Bun.spawnSync(command, { cwd: copy.path, env });
    return { exitCode: run.exitCode, stderr: run.stderr.toString(), isMade: existsSync(out) };
  };
  const refused = (stderr: string) => ({
    exitCode: 1,
    isMade: false,
    stderr: expect.stringContaining(stderr),
  });

  expect(release()).toEqual(refused('not as they were committed:\n   M package.json'));
  commitAll(copy);
  expect(release()).toEqual(refused('CHANGELOG.md has no section `## 9.9.9`'));
  appendFileSync(copy.at('CHANGELOG.md'), '\n## 9.9.9 (2026-12-01)\n\n- All of it.\n');
  commitAll(copy);
  expect(release('--tag', 'v9.9.8')).toEqual(refused('The tag is v9.9.8, and package.json says 9.9.9'));
  expect(release('--tag', 'v9.9.9')).toEqual(refused('Say where the release will be'));
  expect(release('--repository', 'https://github.com/a/b')).toEqual(refused('is no repository'));
  expect(release('--only', 'linux-x86')).toEqual(
    refused('There is no target linux-x86. Those there are: linux-x64,'),
  );

  env = { ...process.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1', HOME: copy.path };
  expect(release('--snapshot')).toEqual(refused(`git config --global --add safe.directory '${copy.path}'`));
  env = process.env;
  rmSync(copy.at('.git'), { recursive: true });
  expect(release('--snapshot')).toEqual(
    refused('git does not say of which commit this is (fatal: not a git'),
  );
  using other = temporaryFolder();
  bun = other.at('bun');
  copyFileSync(process.execPath, bun);
  appendFileSync(bun, 'more');
  expect(release()).toEqual(refused('is not the Bun that release/runtimes pins by its hash'));
}, 180_000);

test('a binary that cannot say its commit is built with a note why, unless it is named', () => {
  using copy = copyOfCheckout();
  rmSync(copy.at('.git'), { recursive: true });
  // There is no such place: what is said before is enough.
  const command = [
    process.execPath,
    '--no-env-file',
    'release/build.ts',
    '--outfile',
    'package.json/groundmist',
  ];
  const said = (commit: string): string => {
    const env = { ...process.env, GROUNDMIST_COMMIT: commit };
    return Bun.spawnSync(command, { cwd: copy.path, env }).stderr.toString();
  };
  expect(said('')).toContain('git does not say of which commit this is (fatal: not a git repository');
  expect(said('a commit')).not.toContain('commit not known');
}, 60_000);
