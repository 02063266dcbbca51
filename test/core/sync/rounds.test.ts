import { expect, test } from 'bun:test';
import { Failure } from '../../../src/core/failure.ts';
import type { Fence } from '../../../src/core/fence/fence.ts';
import { eventually } from '../../support/eventually.ts';
import { sharedFence } from '../../support/fence.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { emptySync, SyncDocument } from '../../support/sync-document.ts';

test('who is new waits for no judgement where each change was checked before', async () => {
  const fence: Fence = { ...sharedFence(), judge: () => Promise.withResolvers<never>().promise };
  await using world = await openHub({ fence });
  const writer = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), undefined, { n: 0 });
  await writer.upload();
  writer.change((content) => void (content['n'] = 1));
  await writer.upload();
  const newcomer = new SyncDocument(HubPeer.join(world.hub, sessionOf('newcomer')), writer.id);
  await newcomer.until((content) => content['n'] === 1);
});

test('who cannot be served keeps nobody else from hearing of an edit', async () => {
  const fence: Fence = {
    ...sharedFence(),
    judge: () => Promise.reject(new Failure('Busy', 'too many documents wait')),
  };
  // Nothing is known of operations, so that Automerge has to judge before somebody new is served.
  await using world = await openHub({ fence, limits: { operationRuns: 0 } });
  const writer = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), undefined, { n: 0 });
  await writer.upload();
  const watcher = new SyncDocument(HubPeer.join(world.hub, sessionOf('watcher')), writer.id);
  await watcher.until((content) => content['n'] === 0);
  const newcomer = HubPeer.join(world.hub, sessionOf('newcomer'));
  writer.change((content) => void (content['n'] = 1));
  writer.speak();
  newcomer.sync(writer.id, emptySync, 'request');
  await watcher.until((content) => content['n'] === 1);
  await writer.upload();
  await eventually('the newcomer is told to come again', () => newcomer.closed);
  expect(world.hub.counts.checks).toBe(1);
});

test('an acknowledgement that found a full socket is said once there is room', async () => {
  await using world = await openHub();
  const peer = HubPeer.join(world.hub, sessionOf('slow'));
  const document = new SyncDocument(peer, undefined, { n: 0 });
  await document.upload();
  const other = new SyncDocument(HubPeer.join(world.hub, sessionOf('other')), document.id);
  await other.until((content) => content['n'] === 0);
  peer.sendResult = -1;
  other.change((content) => void (content['other'] = 1));
  await other.upload();
  document.change((content) => void (content['n'] = 1));
  document.speak();
  await world.hub.rest();
  document.hear();
  document.speak();
  await world.hub.rest();
  peer.sendResult = 1;
  peer.connection.drain();
  await eventually('it is acknowledged', () => {
    document.hear();
    return document.isHeld;
  });
});

test('nothing stays of who sent changes and left before they were judged', async () => {
  await using world = await openHub();
  const owner = new SyncDocument(HubPeer.join(world.hub, sessionOf('owner')), undefined, { n: 0 });
  await owner.upload();
  const gone = await comeAndGo(world.hub, owner);
  await eventually('it is forgotten', () => {
    Bun.gc(true);
    return gone.deref() === undefined;
  });
});

/** A visitor that edits a document and leaves. */
async function comeAndGo(
  hub: Parameters<typeof HubPeer.join>[0],
  document: SyncDocument,
): Promise<WeakRef<object>> {
  const peer = HubPeer.join(hub, sessionOf('visitor'));
  const visitor = new SyncDocument(peer, document.id);
  await visitor.until((content) => content['n'] === 0);
  visitor.change((content) => void (content['visited'] = true));
  await visitor.upload();
  peer.connection.close(1000, '');
  return new WeakRef(peer.connection);
}
