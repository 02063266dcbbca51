import { expect, test } from 'bun:test';
import { refuseRelease } from '../support/refused-release.ts';
import { fileName, smallProgram, sumOf } from '../support/release-server.ts';

const program = smallProgram('1.0.0');
const sums = '/1.0.0/SHA256SUMS';
const file = `/1.0.0/${fileName('1.0.0')}`;
const line = `${sumOf(program)}  ${fileName('1.0.0')}\n`;

test.each([
  ['nothing for this machine', line.replace('1.0.0', '1.0.1'), /has no line for groundmist-1\.0\.0-/],
  ['nothing', '', /has no line for groundmist-1\.0\.0-/],
  ['a page', '<!doctype html><p>Sign in to go on', /has no line for groundmist-1\.0\.0-/],
  ['two lines for it', line + line, /has 2 lines for groundmist-1\.0\.0-.*, where there has to be one\./],
  ['a sum that is none', line.slice(1), /has no SHA-256 for groundmist-1\.0\.0-/],
  ['another line behind its own', line.replace('\n', ' more\n'), /has no line for/],
])('where the list of checksums has %s, nothing is installed', async (_, text, said) => {
  expect(await refuseRelease((server) => server.answer(sums, () => new Response(text)))).toMatch(said);
});

test.each([
  ['another program', `${program}\n`],
  ['a page', '<!doctype html>'],
  ['nothing', ''],
])('where the program is %s, nothing is installed', async (_, text) => {
  const said = await refuseRelease((server) => server.answer(file, () => new Response(text)));
  expect(said).toMatch(/is not what its checksum says: it was cut off, or changed\. Nothing was installed;/);
});

test.each(['<!doctype html>', '../../1.0.0', '1.0.0 1.0.1', '', '\u001b[2J', 'v'])(
  'where the newest version is %p, nothing is installed',
  async (text) => {
    const said = await refuseRelease((server) => server.answer('/latest', () => new Response(text)));
    expect(said).toMatch(/latest does not name a version\. Nothing was installed;/);
  },
);

test.each([
  [
    'calls itself otherwise',
    "echo 'groundmist 0.9.0'",
    'it calls itself groundmist 0.9.0, not groundmist 1.0.0',
  ],
  ['fails', 'echo no; exit 7', 'it ended with 7 and said: no'],
  ['is silent', 'exit 1', 'it ended with 1'],
  ['needs what the processor lacks', 'kill -ILL $$', 'this processor lacks an instruction that it needs'],
  [
    'lacks a library',
    'echo "Error loading shared library libstdc++.so.6"; exit 127',
    'libstdc++ and libgcc are missing;',
  ],
  ['talks to the terminal', String.raw`printf '\033[2Jx'; exit 1`, 'it ended with 1 and said: [2Jx'],
])('a program that %s replaces nothing', async (_, lines, reason) => {
  const said = await refuseRelease((server) => server.publish('1.0.0', `#!/bin/sh\n${lines}\n`));
  expect(said).toContain(`groundmist 1.0.0 does not run on this machine: ${reason}`);
  expect(said).toEndWith('Nothing was installed.\n');
});
