import { expect, test } from 'bun:test';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { commitAll, copyOfCheckout } from './checkout-copy.ts';

test('it refuses, before it builds: what is not committed, a version without notes, the tag of another', () => {
  using copy = copyOfCheckout();
  const packageJson = readFileSync(copy.at('package.json'), 'utf8');
  writeFileSync(copy.at('package.json'), packageJson.replace(/"version": "[^"]*"/, '"version": "9.9.9"'));
  const release = (...words: readonly string[]) => {
    const out = copy.at('dist/release');
    const command = [process.execPath, '--no-env-file', 'release/release.ts', '--out', out, ...words];
    const run = Bun.spawnSync(command, { cwd: copy.path });
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
  rmSync(copy.at('.git'), { recursive: true });
  expect(release('--snapshot')).toEqual(refused('This is no checkout of git'));
}, 180_000);
