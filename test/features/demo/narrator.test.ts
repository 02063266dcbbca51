import { expect, test } from 'bun:test';
import { Narrator } from '../../../src/features/demo/narrator.ts';
import { recordingTerminal } from '../../support/terminal.ts';

test('a scene reads as paragraphs, with a free line where something else begins', async () => {
  const terminal = recordingTerminal({ width: 45 });
  const narrator = new Narrator(terminal);
  await narrator.heading('The power goes', '6/7');
  await narrator.say('Both write into a diary, entry after entry.');
  await narrator.command(['groundmist', 'app', 'approve', 'k7m2qx']);
  await narrator.output('It may read and write.');
  await narrator.prove('42 of 42 acknowledged edits are on the disk.');
  await narrator.prove('Nothing else.');
  expect(terminal.output()).toBe(
    [
      '── 6/7  The power goes ─────────────────────',
      '',
      '  Both write into a diary, entry after',
      '  entry.',
      '',
      '  $ groundmist app approve k7m2qx',
      '    It may read and write.',
      '',
      '  ✓ 42 of 42 acknowledged edits are on the',
      '    disk.',
      '  ✓ Nothing else.',
      '',
    ].join('\n'),
  );
});

test('a long line is no wider than can be read, however wide the terminal is', async () => {
  const terminal = recordingTerminal({ width: 200 });
  await new Narrator(terminal).say('word '.repeat(60).trim());
  const widths = terminal
    .output()
    .split('\n')
    .map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});

test('a terminal that does not know its width gets what a pipe gets', async () => {
  const unknown = recordingTerminal({ width: 0 });
  const pipe = recordingTerminal({ width: 80 });
  for (const terminal of [unknown, pipe]) await new Narrator(terminal).heading('The power goes');
  expect(unknown.output()).toBe(pipe.output());
});

test('what a program prints in columns is cut for a screen, and whole for all else', async () => {
  const row = 'xyz.groundmist.library  3 documents  22.3 KB  2026-11-28';
  const screen = recordingTerminal({ width: 40, isScreen: true });
  const pipe = recordingTerminal({ width: 40 });
  await new Narrator(screen).table(row);
  await new Narrator(pipe).table(row);
  expect(screen.output()).toBe('    xyz.groundmist.library  3 document…\n');
  expect(pipe.output()).toBe(`    ${row}\n`);
});

test('what a program prints does not command the terminal', async () => {
  const terminal = recordingTerminal();
  await new Narrator(terminal).output('a\u001B[2Jb\nc');
  expect(terminal.output()).toBe('    a\\u001b[2Jb\n    c\n');
});
