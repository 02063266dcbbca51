import { expect, test } from 'bun:test';
import { EventEmitter } from 'node:events';
import type { PeerId } from '@automerge/automerge-repo/slim';
import { Adapter } from '../../../src/features/demo/adapter.ts';
import { freePort } from '../../../src/features/demo/port.ts';

/** Resolves when it closes, and hears no error. */
function closed(socket: unknown): Promise<boolean> {
  if (!(socket instanceof EventEmitter)) throw new Error('there is no socket');
  return new Promise((resolve) => void socket.on('close', () => resolve(true)));
}

test('a socket that was replaced or let go before it was connected fails unheard', async () => {
  const peerId = 'peer' as PeerId;
  const adapter = new Adapter(`ws://127.0.0.1:${await freePort()}/`);
  adapter.connect(peerId);
  const replaced = closed(adapter.socket);
  adapter.connect(peerId);
  const letGo = closed(adapter.socket);
  adapter.disconnect();
  // An error that nobody hears would fail this test as it fails the process.
  expect(await Promise.all([replaced, letGo])).toEqual([true, true]);
});
