import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { startReleaseServer, smallProgram } from '../support/release-server.ts';
import { entriesOf, installerPath, personHome, shells } from '../support/installer.ts';

const script = readFileSync(installerPath);
const text = script.toString();
const name = '_install_groundmist';
/** Before it nothing is no comment; then half a name, which is none of a program. */
const functionAt = text.indexOf(`\n${name}() {`) + 1;
/** Between the function and its call there is nothing to complain about. */
const callAt = text.lastIndexOf(`\n{ ${name} "$@"; }\n`) + 1;

/** A download may end anywhere; what is run last stands in the last bytes. The newline after them may be missing. */
const everywhere = Array.from({ length: Math.ceil(script.length / 200) }, (_, index) => index * 200);
const atTheEnd = Array.from({ length: 100 }, (_, index) => script.length - 2 - index);
const inTheName = Array.from({ length: 30 }, (_, index) => functionAt + index);
const cuts = [...everywhere, ...inTheName, ...atTheEnd];

const complaint =
  /syntax error|parse error|unexpected|unmatched|unclosed|no closing quote|closing brace expected/i;

function expectedAt(cut: number): RegExp {
  if (cut <= functionAt || cut === callAt || cut === callAt - 1 || cut === callAt - 2) return /^$/;
  if (cut <= functionAt + name.length) return /not found/;
  // mksh takes a function without a body for none, and zsh its parenthesis for a pattern.
  return cut < functionAt + `${name}() {`.length
    ? /^$|bad pattern|syntax error|unexpected|parse error/
    : complaint;
}

test('it is ASCII, and its last line is the call of the one function that it is', () => {
  // oxlint-disable-next-line no-control-regex
  expect(text).toMatch(/^[\n -~]*$/);
  expect(text.slice(0, functionAt)).toMatch(/^(?:#.*\n|\n)*$/);
  expect(text.slice(callAt)).toBe(`{ ${name} "$@"; }\n`);
});

test.each(shells)('a script that was cut anywhere runs nothing: %s', async (...shell) => {
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  using folder = personHome();
  const run = (part: Uint8Array) =>
    Bun.spawnSync([...shell], {
      cwd: folder.home,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder.home, GROUNDMIST_BASE_URL: server.url },
      stdin: part,
    });
  for (const cut of cuts) {
    const { stdout, stderr } = run(script.subarray(0, cut));
    expect([cut, stdout.toString()]).toEqual([cut, '']);
    expect([cut, stderr.toString()]).toEqual([cut, expect.stringMatching(expectedAt(cut))]);
  }
  expect(entriesOf(folder.home)).toEqual([]);
  expect(server.asked).toEqual([]);
});

test('a script without its last newline is whole', async () => {
  using folder = personHome();
  const child = Bun.spawn(['sh', '-s', '--', '--help'], {
    cwd: folder.home,
    stdin: script.subarray(0, -1),
    stdout: 'pipe',
  });
  expect(await new Response(child.stdout).text()).toContain('usage: sh install.sh');
});
