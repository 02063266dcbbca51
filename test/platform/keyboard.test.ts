import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import { openKeyboard } from '../../src/platform/keyboard.ts';

/** A terminal whose keys a test presses. */
class Terminal extends EventEmitter {
  isRaw = false;
  isRead = false;
  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
  }
  resume(): void {
    this.isRead = true;
  }
  pause(): void {
    this.isRead = false;
  }
  press(key: string): void {
    this.emit('data', new TextEncoder().encode(key));
  }
}

test('a key goes to who waits for it; one that came before is dropped', async () => {
  const terminal = new Terminal();
  using keyboard = openKeyboard(terminal, () => {});
  terminal.press('a');
  const next = keyboard.next();
  terminal.press('b');
  expect(await next).toBe('b');
});

test.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
  ['Ctrl-D after other keys', 'abc\u0004'],
])('%s interrupts and is given to nobody', async (_, pressed) => {
  const terminal = new Terminal();
  let interruptions = 0;
  using keyboard = openKeyboard(terminal, () => void (interruptions += 1));
  const next = keyboard.next();
  terminal.press(pressed);
  terminal.press('y');
  expect(await next).toBe('y');
  expect(interruptions).toBe(1);
});

test.each([
  ['ends', ['end', 'close']],
  ['fails, as a pseudo-terminal does whose other side has closed,', ['error', 'close']],
  ['closes', ['close']],
] as const)('a terminal that %s interrupts once, and gives no key, now and later', async (_, events) => {
  const terminal = new Terminal();
  let interruptions = 0;
  using keyboard = openKeyboard(terminal, () => void (interruptions += 1));
  const next = keyboard.next();
  for (const event of events) terminal.emit(event, new Error('EIO'));
  expect(await next).toBeUndefined();
  expect(await keyboard.next()).toBeUndefined();
  expect(interruptions).toBe(1);
});

test('the terminal is as it was once it is disposed', () => {
  const terminal = new Terminal();
  const keyboard = openKeyboard(terminal, () => {});
  expect(terminal).toMatchObject({ isRaw: true, isRead: true });
  keyboard[Symbol.dispose]();
  expect(terminal).toMatchObject({ isRaw: false, isRead: false });
  expect(terminal.eventNames()).toEqual([]);
});
