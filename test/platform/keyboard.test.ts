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

test('Ctrl-C interrupts and is given to nobody', async () => {
  const terminal = new Terminal();
  let interruptions = 0;
  using keyboard = openKeyboard(terminal, () => void (interruptions += 1));
  const next = keyboard.next();
  terminal.press('\u0003');
  terminal.press('y');
  expect(await next).toBe('y');
  expect(interruptions).toBe(1);
});

test('a terminal that has gone gives no key, now and later', async () => {
  const terminal = new Terminal();
  using keyboard = openKeyboard(terminal, () => {});
  const next = keyboard.next();
  terminal.emit('end');
  expect(await next).toBeUndefined();
  expect(await keyboard.next()).toBeUndefined();
});

test('the terminal is as it was once it is disposed', () => {
  const terminal = new Terminal();
  const keyboard = openKeyboard(terminal, () => {});
  expect(terminal).toMatchObject({ isRaw: true, isRead: true });
  keyboard[Symbol.dispose]();
  expect(terminal).toMatchObject({ isRaw: false, isRead: false });
  expect(terminal.listenerCount('data') + terminal.listenerCount('end')).toBe(0);
});
