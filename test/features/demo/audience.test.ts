import { expect, test } from 'bun:test';
import { nobody, personAt } from '../../../src/features/demo/audience.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { rejectionOf } from '../../support/rejection.ts';

function personWhoPresses(keys: readonly (string | undefined)[], canErase = true) {
  const left = [...keys];
  const drawn: string[] = [];
  const leaving = new AbortController();
  const keyboard = {
    next: async () => {
      if (left.length === 0) leaving.abort(new Cancelled('SIGINT'));
      return left.shift();
    },
    [Symbol.dispose]() {},
  };
  const draw = (text: string): void => void drawn.push(text);
  const person = personAt({ keyboard, draw, canErase, clock: systemClock, signal: leaving.signal });
  return { person, drawn: () => drawn.join('') };
}

test.each([
  ['y', true],
  ['Y', true],
  ['\r', true],
  ['n', false],
  ['N', false],
])('%j is an answer', async (key, answer) => {
  const { person, drawn } = personWhoPresses(['x', '\u001B', key]);
  expect(await person.confirm('Let it in?')).toBe(answer);
  expect(drawn()).toBe(`\n  Let it in? [Y/n] ${answer ? 'y' : 'n'}\n`);
});

test('a terminal that gives no keys any more answers nothing', async () => {
  expect(await personWhoPresses([undefined]).person.confirm('Let it in?')).toBeUndefined();
  expect(await nobody.confirm('Let it in?')).toBeUndefined();
});

test('Ctrl-C ends the wait for a key, and what is said next has a line of its own', async () => {
  const { person, drawn } = personWhoPresses([]);
  expect(await rejectionOf(person.goOn())).toBeInstanceOf(Cancelled);
  expect(drawn()).toBe('\n  Press a key to go on.\n');
});

test('the request for a key goes once it was pressed, where lines can be cleared', async () => {
  const { person, drawn } = personWhoPresses([' ']);
  await person.goOn();
  expect(drawn()).toBe('\n  Press a key to go on.\r\u001B[2K\u001B[A');
  const dumb = personWhoPresses([' '], false);
  await dumb.person.goOn();
  expect(dumb.drawn()).toBe('\n  Press a key to go on.\n');
});
