import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import { eventually } from '../../support/eventually.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { SyncDocument } from '../../support/sync-document.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

test('a full disk is told to every device, and to the log once in ten minutes', async () => {
  const logged: string[] = [];
  let reason = 'Documents are read-only until 20 MiB are free on the disk of the server.';
  await using world = await openHub({
    onError: (sentence) => void logged.push(sentence),
    wrap: (store) =>
      wrapStore(store, {
        append: () => Promise.reject(new Failure('StoreReadOnly', reason)),
      }),
  });
  const write = async (name: string): Promise<void> => {
    const peer = HubPeer.join(world.hub, sessionOf(name));
    const document = new SyncDocument(peer, undefined, { from: name });
    document.speak();
    await eventually('its changes are asked for', () => peer.about(document.id).length > 0);
    document.hear();
    document.speak();
    const { code } = await eventually(`${name} is told`, () => peer.closed);
    expect(code).toBe(1013);
  };
  for (let device = 0; device < 5; device++) await write(`device ${device}`);
  expect(logged).toEqual([expect.stringContaining('could not be served')]);

  world.clock.advance(600_000);
  await write('a later one');
  expect(logged).toHaveLength(2);

  reason = 'Documents are read-only: the disk of the server has failed, and it has to be started again.';
  await write('one on a broken disk');
  expect(logged).toHaveLength(3);
});
