import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { startReleaseServer, smallProgram } from '../support/release-server.ts';
import { entriesOf, installerPath, personHome, shells } from '../support/installer.ts';

const script = readFileSync(installerPath);
/** A download may end anywhere; what is run last stands in the last bytes. The newline after them may be missing. */
const everywhere = Array.from({ length: Math.ceil(script.length / 200) }, (_, index) => index * 200);
const atTheEnd = Array.from({ length: 100 }, (_, index) => script.length - 2 - index);
const cuts = [...everywhere, ...atTheEnd];

const braceAt = script.indexOf('\n{\n') + 2;
const complaint =
  /syntax error|parse error|unexpected|unmatched|unclosed|no closing quote|closing brace expected/i;

test.each(shells)('a script that was cut anywhere runs nothing: %s', async (...shell) => {
  using server = startReleaseServer();
  await server.publish('1.0.0', smallProgram('1.0.0'));
  using folder = personHome();
  const run = (text: Uint8Array) =>
    Bun.spawnSync([...shell], {
      cwd: folder.home,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder.home, GROUNDMIST_BASE_URL: server.url },
      stdin: text,
    });
  for (const cut of cuts) {
    const { stdout, stderr } = run(script.subarray(0, cut));
    expect([cut, stdout.toString()]).toEqual([cut, '']);
    // Comments that are cut are a script without a command; anything longer is no whole command.
    expect([cut, stderr.toString()]).toEqual([cut, expect.stringMatching(cut < braceAt ? /^$/ : complaint)]);
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
