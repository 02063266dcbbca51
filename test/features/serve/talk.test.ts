import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { Talk } from '../../../src/features/serve/talk.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { openLog, type Level } from '../../../src/platform/log.ts';
import type { LogForm } from '../../../src/platform/log-line.ts';
import { Told } from '../../../src/platform/told.ts';
import { recordingTerminal } from '../../support/terminal.ts';

async function talkTo(isTalkShown: boolean, form: LogForm, level: Level = 'info') {
  const terminal = recordingTerminal({ isTalkShown });
  const talk = new Talk(terminal, await openLog({ form, level, write: terminal.log }), form);
  return { terminal, talk };
}

test('a person at a terminal reads sentences, whatever the level of the log, and hears of failures as of every command', async () => {
  const { terminal, talk } = await talkTo(true, 'text', 'warning');
  talk.say('It listens.');
  talk.remark('.env is passed over.');
  expect(terminal.notes).toEqual(['It listens.', 'groundmist: .env is passed over.']);
  const failure = new Failure('Busy', 'The port is taken.');
  expect(talk.end(failure)).toBe(failure);
  expect(terminal.problems).toEqual([]);
});

test.each([true, false])(
  'where the log is JSON all is a line of it (on a terminal: %p)',
  async (isTalkShown) => {
    const { terminal, talk } = await talkTo(isTalkShown, 'json');
    talk.say('It {listens}.');
    talk.remark('.env is passed over.');
    expect(talk.end(new Failure('Busy', 'One.\nTwo.'))).toMatchObject({ exitCode: 5 });
    expect(terminal.notes).toEqual([]);
    expect(terminal.problems.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', message: 'It {listens}.' },
      { level: 'warning', message: '.env is passed over.' },
      {
        level: 'fatal',
        message: 'The server cannot run: One. Two. Wait, or end what holds it.',
        fields: { code: 'Busy', exitCode: 5 },
      },
    ]);
  },
);

test('at the level `warning` the start is no news, and why there is none still is', async () => {
  const { terminal, talk } = await talkTo(false, 'text', 'warning');
  talk.say('It listens.');
  expect(terminal.problems).toEqual([]);
  expect(talk.end(new TypeError('a fault'))).toBeInstanceOf(Told);
  expect(terminal.problems).toEqual([expect.stringMatching(/fatal .*cannot run: TypeError: a fault/)]);
});

test('a signal is no failure', async () => {
  const { terminal, talk } = await talkTo(false, 'json');
  const cancelled = new Cancelled('SIGTERM');
  expect(talk.end(cancelled)).toBe(cancelled);
  expect(terminal.problems).toEqual([]);
});
