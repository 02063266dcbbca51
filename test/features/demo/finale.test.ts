import { expect, test } from 'bun:test';
import { tellNext } from '../../../src/features/demo/finale.ts';
import { Narrator } from '../../../src/features/demo/narrator.ts';
import { recordingTerminal } from '../../support/terminal.ts';

const server = { typed: 'groundmist', dataDirectory: '/tmp/groundmist-demo-x/data' };

async function told(width: number, staysUp: boolean, given = server): Promise<string> {
  const terminal = recordingTerminal({ width });
  await tellNext({ narrator: new Narrator(terminal) }, { ...given, staysUp });
  return terminal.output();
}

test('three commands for a server of one’s own, each with what it does', async () => {
  const shown = await told(80, false);
  expect(shown).toContain('groundmist init                       asks a few questions');
  expect(shown).toContain('groundmist publish sync.example.com   tells your apps where it is');
  expect(shown).not.toContain('--data-dir');
});

test('on a narrow terminal what it does stands below the command', async () => {
  expect(await told(40, false)).toContain('    groundmist serve\n      runs it\n');
});

test('while the server stays up there are commands to look at it', async () => {
  expect(await told(80, true)).toContain('$ groundmist inspect --data-dir /tmp/groundmist-demo-x/data\n');
});

test.each([100, 30])(
  'in %i columns a shell takes each command as it is printed, whatever the folders are called',
  async (width) => {
    const dataDirectory = "/tmp/s p'$x/groundmist-demo-x/data";
    const shown = await told(width, true, { typed: "'/home/me/My Apps/groundmist'", dataDirectory });
    const commands = shown.slice(shown.indexOf('  $ ')).replace(/^ {2}\$/gm, '  printf "%s|"');
    const read = Bun.spawnSync(['bash', '-euc', commands]).stdout.toString();
    const program = '/home/me/My Apps/groundmist';
    const place = `--data-dir|${dataDirectory}|`;
    expect(read).toBe(
      ['status', 'app|list', 'inspect'].map((name) => `${program}|${name}|${place}`).join(''),
    );
  },
);
