import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import { AnswerInput, type AnswerSource } from '../../src/platform/answer-input.ts';

/** A terminal of which the test is the person. */
class FakeTerminal extends EventEmitter implements AnswerSource {
  readableEnded = false;
  destroyed = false;
  setRawMode(_isRaw: boolean): void {}
  resume(): void {}
  pause(): void {}

  type(keys: string): void {
    this.emit('data', Buffer.from(keys));
  }
}

function ask(terminal: AnswerSource, kind: 'field' | 'list') {
  const { promise: left, resolve } = Promise.withResolvers<'left'>();
  const input = new AnswerInput(terminal, kind, () => resolve('left'));
  const reader = createInterface({ input, terminal: true });
  const answered = new Promise<string>((answer) => void reader.once('line', answer));
  return { input, outcome: Promise.race([left, answered]) };
}

test.each([
  ['Ctrl-D in an empty field', 'field', '\u0004'],
  ['Ctrl-D in a list, whatever was typed', 'list', 'abc\u0004'],
  ['Ctrl-D that was typed too early', 'field', '\u0000'],
] as const)('%s ends the input', async (_name, kind, keys) => {
  const terminal = new FakeTerminal();
  const { input, outcome } = ask(terminal, kind);
  terminal.type(keys);
  expect(await outcome).toBe('left');
  input[Symbol.dispose]();
});

test('Ctrl-D in a field with words deletes one of them', async () => {
  const terminal = new FakeTerminal();
  const { input, outcome } = ask(terminal, 'field');
  terminal.type('abc\u001B[D\u0004\r');
  expect(await outcome).toBe('ab');
  input[Symbol.dispose]();
});

test.each(['end', 'close', 'error'] as const)('the %s of the terminal ends it', async (event) => {
  const terminal = new FakeTerminal();
  const { input, outcome } = ask(terminal, 'field');
  terminal.emit(event);
  expect(await outcome).toBe('left');
  input[Symbol.dispose]();
  expect(terminal.eventNames()).toEqual([]);
});

test('a terminal that was gone before, or that has no modes any more, ends it', async () => {
  const gone = Object.assign(new FakeTerminal(), { readableEnded: true });
  expect(await ask(gone, 'field').outcome).toBe('left');
  const dead = new FakeTerminal();
  dead.setRawMode = () => {
    throw new Error('EIO');
  };
  expect(await ask(dead, 'field').outcome).toBe('left');
});
