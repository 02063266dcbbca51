import { expect, test } from 'bun:test';
import { Failure } from '../src/core/failure.ts';
import { exitCodeOf } from '../src/main.ts';
import { Cancelled } from '../src/platform/cancelled.ts';
import { OutputClosed, OutputFailed } from '../src/platform/terminal.ts';
import { Told } from '../src/platform/told.ts';
import { recordingTerminal } from './support/terminal.ts';

test('a failure is said in its sentence and hint, each line with our name', () => {
  const terminal = recordingTerminal();
  expect(exitCodeOf(new Failure('ConfigurationInvalid', 'One.\nTwo.'), terminal)).toBe(2);
  expect(terminal.problems).toEqual([
    'groundmist: One.',
    'groundmist: Two.',
    '  Correct the setting, or run `groundmist init`.',
  ]);
});

test('a secret of several lines is hidden as a whole', () => {
  const terminal = recordingTerminal();
  const key = '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\nAAAA\n-----END PRIVATE KEY-----';
  exitCodeOf(new Failure('ConfigurationInvalid', `It is ${key} and\nmore.`), terminal);
  expect(terminal.problems.slice(0, 2)).toEqual(['groundmist: It is [hidden] and', 'groundmist: more.']);
});

test('what nobody foresaw says nothing of itself, unless asked with --verbose', () => {
  const error = new Error('secret inside', { cause: new Error('deeper') });
  const quiet = recordingTerminal();
  expect(exitCodeOf(error, quiet)).toBe(1);
  expect(quiet.problems.join()).not.toContain('secret inside');
  const verbose = recordingTerminal({ isVerbose: true });
  exitCodeOf(error, verbose);
  expect(verbose.problems.join()).toMatch(/secret inside[^]*deeper/);
});

test('output that cannot be written is said to be that, with its reason', () => {
  const terminal = recordingTerminal();
  const error = new OutputFailed(new Error('ENOSPC: no space left on device, write'));
  expect(exitCodeOf(error, terminal)).toBe(1);
  expect(terminal.problems[0]).toBe(
    'groundmist: The output cannot be written: ENOSPC: no space left on device, write.',
  );
});

test('what has been told is not said again', () => {
  const terminal = recordingTerminal();
  expect(exitCodeOf(new Told(5, new Error('x')), terminal)).toBe(5);
  expect(terminal.problems).toEqual([]);
});

test('a closed pipe and a signal end it without a word', () => {
  const terminal = recordingTerminal();
  const ends = [new OutputClosed(), new Cancelled('SIGINT'), new Cancelled('SIGTERM')];
  expect(ends.map((end) => exitCodeOf(end, terminal))).toEqual([0, 130, 143]);
  expect([terminal.output(), ...terminal.notes, ...terminal.problems]).toEqual(['']);
});
