import { expect, test } from 'bun:test';
import { EventEmitter, once } from 'node:events';
import type { PeerId } from '@automerge/automerge-repo/slim';
import { Adapter } from '../../../src/features/demo/adapter.ts';
import { freePort } from '../../../src/features/demo/port.ts';

async function closed(socket: unknown): Promise<unknown> {
  if (!(socket instanceof EventEmitter)) throw new Error('there is no socket');
  return await once(socket, 'close');
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
  expect(await Promise.all([replaced, letGo])).toHaveLength(2);
});
