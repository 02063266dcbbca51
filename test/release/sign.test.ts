import { expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';

const script = join(import.meta.dir, '../../release/sign');

/** A release of one file, with its sums. */
function smallRelease(): TemporaryFolder {
  const folder = temporaryFolder();
  writeFileSync(folder.at('groundmist'), 'a binary');
  const sum = new Bun.CryptoHasher('sha256').update('a binary').digest('hex');
  writeFileSync(folder.at('SHA256SUMS'), `${sum}  groundmist\n`);
  return folder;
}

function sign(folder: string, env: Readonly<Record<string, string>>) {
  const path = process.env['PATH'] ?? '';
  const run = Bun.spawnSync([script, folder], { env: { PATH: path, ...env }, stdin: 'ignore' });
  return { exitCode: run.exitCode, stderr: run.stderr.toString() };
}

const refused = (why: string) => ({ exitCode: 1, stderr: expect.stringContaining(why) });

const isSkipped = Bun.which('minisign') === null && process.env['CI'] !== 'true';
test.skipIf(isSkipped)('what is signed verifies, and a changed byte does not', () => {
  using release = smallRelease();
  using keys = temporaryFolder();
  const minisign = (...words: readonly string[]): string | undefined => {
    const { exitCode, stdout } = Bun.spawnSync(['minisign', ...words], { stdin: 'ignore' });
    return exitCode === 0 ? stdout.toString() : undefined;
  };
  const [secret, own] = [keys.at('release.key'), keys.at('release.pub')];
  expect(minisign('-G', '-W', '-p', own, '-s', secret)).toBeDefined();
  const verify = () => minisign('-V', '-p', own, '-m', release.at('SHA256SUMS'));
  const env = { GROUNDMIST_RELEASE_KEY: secret, GROUNDMIST_RELEASE_KEY_PASSWORD: '' };

  expect(sign(release.path, env)).toMatchObject({ exitCode: 0 });
  expect(verify()).toContain(`Trusted comment: groundmist ${release.path.split('/').at(-1)}`);
  writeFileSync(release.at('SHA256SUMS'), readFileSync(release.at('SHA256SUMS'), 'utf8').replace('a', 'b'));
  expect(verify()).toBeUndefined();
  expect(sign(release.path, env)).toEqual(refused('what lies there is not what SHA256SUMS says'));
});

test('it says what is missing, and asks nothing without a terminal', () => {
  using release = smallRelease();
  using tools = withRecorder();
  expect(sign(tools.path, {})).toEqual(refused('name the folder of a release'));
  expect(sign(release.path, { PATH: `${tools.path}:/usr/bin:/bin` })).toEqual(
    refused('GROUNDMIST_RELEASE_KEY has to name the file'),
  );
  expect(sign(release.path, tools.env)).toEqual(refused('there is no terminal to ask for the password'));
});

test('the password goes to minisign by its standard input, and into no argument', () => {
  using release = smallRelease();
  using tools = withRecorder();
  const password = 'a canary of paper';
  expect(sign(release.path, { ...tools.env, GROUNDMIST_RELEASE_KEY_PASSWORD: password }).exitCode).toBe(0);
  expect(readFileSync(tools.at('input'), 'utf8')).toBe(`${password}\n`);
  expect(readFileSync(tools.at('arguments'), 'utf8')).not.toContain('canary');
});

/** A folder with a minisign that writes down what it gets. */
function withRecorder(): TemporaryFolder & { readonly env: Readonly<Record<string, string>> } {
  const folder = temporaryFolder();
  const lines = [
    '#!/bin/sh',
    `printf '%s\\n' "$@" >'${folder.at('arguments')}'`,
    `cat >'${folder.at('input')}'`,
  ];
  writeFileSync(folder.at('minisign'), `${lines.join('\n')}\n`, { mode: 0o755 });
  writeFileSync(folder.at('key'), 'secret');
  const env = { PATH: `${folder.path}:/usr/bin:/bin`, GROUNDMIST_RELEASE_KEY: folder.at('key') };
  return { ...folder, env };
}
