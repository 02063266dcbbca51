import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { credentialName, readHandedOver } from '../../src/platform/handed-over.ts';
import { findSources } from '../../src/sources.ts';
import { temporaryFolder } from '../support/folder.ts';

/** What a service sees to which systemd handed a text for the file at `path`. */
function handed(folder: string, path: string, text: string) {
  mkdirSync(`${folder}/credentials`);
  writeFileSync(`${folder}/credentials/${credentialName(path)}`, text);
  return { environment: { CREDENTIALS_DIRECTORY: `${folder}/credentials` }, note() {} };
}

test('settings that systemd handed over are read there, and keep the name of their file', () => {
  using folder = temporaryFolder();
  const path = folder.at('env');
  writeFileSync(path, 'PORT=1\n');
  const terminal = handed(folder.path, path, 'PORT=2\n');
  expect(findSources({}, path, terminal).file).toMatchObject({ path, values: { PORT: '2' } });
});

test('another file than the one that was handed over is read itself', () => {
  using folder = temporaryFolder();
  const terminal = handed(folder.path, folder.at('env'), 'PORT=2\n');
  writeFileSync(folder.at('other'), 'PORT=1\n');
  expect(findSources({}, folder.at('other'), terminal).file?.values).toEqual({ PORT: '1' });
});

test('a blank line stands for a file that was not there, which is told by its own name', () => {
  using folder = temporaryFolder();
  const terminal = handed(folder.path, folder.at('env'), '\n');
  expect(() => findSources({}, folder.at('env'), terminal).file).toThrow(
    `The env file ${folder.at('env')} cannot be used: it does not exist.`,
  );
});

test('without systemd nothing is handed over', () => {
  expect(readHandedOver('/etc/groundmist/env', {})).toBeUndefined();
});

test.each([
  ['/etc/groundmist/env', 'etc-groundmist-env'],
  ['/srv/a b: 100%/.env', 'srv-a-b-100-.env'],
  [`/${'a'.repeat(300)}/env`, `${'a'.repeat(251)}-env`],
])('a copy of %s is called %s', (path, name) => {
  expect(credentialName(path)).toBe(name);
});
