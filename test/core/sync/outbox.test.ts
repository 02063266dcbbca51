import { describe, expect, test } from 'bun:test';
import type { Socket } from '../../../src/platform/http.ts';
import { Flushes } from '../../../src/core/sync/flushes.ts';
import { Outbox } from '../../../src/core/sync/outbox.ts';

/** A socket with room for so many bytes, which notes what it got, write by write. */
class NarrowSocket implements Socket {
  readonly writes: number[][] = [];
  queuedBytes = 0;
  closed: number | undefined;
  room: number;
  isDropping = false;
  #isCorked = false;

  constructor(room: number) {
    this.room = room;
  }

  get received(): readonly number[] {
    return this.writes.flat();
  }

  ping(): void {}

  send(bytes: Uint8Array): number {
    if (this.isDropping) return 0;
    if (!this.#isCorked || this.writes.length === 0) this.writes.push([]);
    this.writes.at(-1)?.push(bytes[0] ?? -1);
    this.room -= bytes.length;
    // As Bun does, for what is corked it is known only afterwards.
    if (!this.#isCorked) this.#settle();
    return this.queuedBytes > 0 ? -1 : bytes.length;
  }

  cork(action: () => void): void {
    this.writes.push([]);
    this.#isCorked = true;
    action();
    this.#isCorked = false;
    this.#settle();
  }

  pause(): void {}
  resume(): void {}

  close(code: number): void {
    this.closed = code;
  }

  #settle(): void {
    this.queuedBytes = Math.max(0, -this.room);
  }
}

function open(room = Number.POSITIVE_INFINITY, outboundBytes = 1_000) {
  const due: (() => void)[] = [];
  const socket = new NarrowSocket(room);
  let slow = 0;
  const outbox = new Outbox(
    socket,
    { onSlow: () => void (slow += 1) },
    { flushes: new Flushes((action) => void due.push(action)), limits: { outboundBytes } },
  );
  return {
    socket,
    outbox,
    send: (...numbers: number[]) => numbers.forEach((number) => outbox.send(new Uint8Array(10).fill(number))),
    pass: () => due.splice(0).forEach((action) => action()),
    drain() {
      socket.room = Number.POSITIVE_INFINITY;
      socket.queuedBytes = 0;
      outbox.drain();
    },
    slow: () => slow,
  };
}

describe('what is sent together', () => {
  test('leaves in one write, in order', () => {
    const { socket, send, pass } = open();
    send(1, 2, 3);
    expect(socket.received).toEqual([]);
    pass();
    expect(socket.writes).toEqual([[1, 2, 3]]);
  });

  test('leaves by itself where it is one frame', () => {
    const { socket, send, pass } = open();
    send(1);
    pass();
    send(2);
    pass();
    expect(socket.writes).toEqual([[1], [2]]);
  });

  test('does not wait where it is much', () => {
    const { socket, outbox } = open();
    outbox.send(new Uint8Array(64 * 1024));
    expect(socket.received.length).toBe(1);
  });

  test('leaves before the socket closes', () => {
    const { socket, outbox, send } = open();
    send(1, 2);
    outbox.close(1000, 'over');
    expect(socket.received).toEqual([1, 2]);
    expect(socket.closed).toBe(1000);
  });
});

describe('a socket that is full', () => {
  test('gets nothing more until it has drained, then the rest in order', () => {
    const { socket, outbox, send, pass, drain } = open(15);
    send(1, 2);
    pass();
    expect(outbox.isBlocked).toBe(true);
    send(3, 4);
    pass();
    expect(socket.received).toEqual([1, 2]);
    drain();
    expect(socket.received).toEqual([1, 2, 3, 4]);
    expect(outbox.isBlocked).toBe(false);
  });

  test('holds back what was collected before it was known to be full', () => {
    const { socket, send, pass, drain } = open(5);
    send(1);
    pass();
    send(2, 3);
    pass();
    expect(socket.received).toEqual([1]);
    drain();
    expect(socket.received).toEqual([1, 2, 3]);
  });

  test('is slow beyond what may wait', () => {
    const { send, pass, slow } = open(5, 100);
    send(1);
    pass();
    send(...Array.from({ length: 10 }, () => 2));
    expect(slow()).toBe(0);
    send(3);
    expect(slow()).toBe(1);
  });

  test('that drops a frame is slow', () => {
    const { socket, send, pass, slow } = open();
    socket.isDropping = true;
    send(1, 2, 3);
    pass();
    expect(slow()).toBe(1);
  });
});
