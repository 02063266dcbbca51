import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { SyncMeasures } from '../../../src/core/sync/sync-measures.ts';
import { craftMessage } from '../../support/crafted-sync.ts';
import { eventually } from '../../support/eventually.ts';
import { withForgedHeads } from '../../support/forged-heads.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { emptySync, newDocumentId, SyncDocument } from '../../support/sync-document.ts';

test('edits on top of what is known are answered by the graph; who has nothing of a claim waits for Automerge', async () => {
  await using world = await openHub();
  const { measures } = world.hub;
  const answers = () => Object.fromEntries(measures.answers.entries);
  const writer = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), undefined, { n: 0 });
  await writer.upload();
  for (let n = 1; n <= 3; n++) {
    writer.change((content) => void (content['n'] = n));
    await writer.upload();
  }
  const { graph = 0, automerge } = answers();
  expect(graph).toBeGreaterThanOrEqual(4);
  const reader = HubPeer.join(world.hub, sessionOf('reader'));
  reader.sync(writer.id, emptySync, 'request');
  await eventually('it is served', () => reader.about(writer.id).length > 0);
  await world.hub.rest();
  const after = answers();
  expect((after['graph'] ?? 0) + (after['automerge'] ?? 0)).toBe(graph + (automerge ?? 0) + 1);
  expect(after['automerge']).toBeGreaterThan(0);
});

test('what is set aside is counted, with why its sender was closed', async () => {
  await using world = await openHub();
  const head = new Uint8Array(32).fill(7);
  const chunk = withForgedHeads(Automerge.save(Automerge.from({ n: 1 })), [head]);
  const [offender, id] = [HubPeer.join(world.hub, sessionOf('offender')), newDocumentId()];
  offender.sync(id, craftMessage({ heads: [head], chunks: [chunk] }));
  HubPeer.join(world.hub, sessionOf('reader')).sync(id, emptySync, 'request');
  await eventually('the sender is closed', () => offender.closed);
  await world.hub.rest();
  const { damage, refusals, closed, opened } = world.hub.measures;
  expect(damage.entries).toContainEqual(['quarantined', 1]);
  expect(refusals.entries).toEqual([['ProtocolViolation', 1]]);
  expect([opened, closed.entries.find(([code]) => code === '1002')]).toEqual([2, ['1002', 1]]);
});

test('what waits at the sockets is what full ones have not taken', async () => {
  await using world = await openHub();
  const writer = new SyncDocument(HubPeer.join(world.hub, sessionOf('writer')), undefined, { n: 0 });
  await writer.upload();
  const slow = HubPeer.join(world.hub, sessionOf('slow'));
  const nothing = { inboundBytes: 0, outboundBytes: 0 };
  expect(world.hub.waiting).toEqual(nothing);
  slow.queuedBytes = 500;
  expect(world.hub.waiting).toEqual({ inboundBytes: 0, outboundBytes: 500 });
  slow.queuedBytes = 0;
  writer.change((content) => void (content['n'] = 1));
  writer.speak();
  expect(world.hub.waiting.inboundBytes).toBeGreaterThan(100);
  await world.hub.rest();
  expect(world.hub.waiting).toEqual(nothing);
});

test.each([
  [1000, '1000'],
  [1006, '1006'],
  [1010, 'other'],
  [4999, 'other'],
  [NaN, 'other'],
])('a socket that ends with %d is counted as %s', (code, name) => {
  const measures = new SyncMeasures();
  const before = measures.closed.entries.length;
  measures.noteClosed(code);
  expect(measures.closed.entries.filter(([, count]) => count > 0)).toEqual([[name, 1]]);
  expect(measures.closed.entries).toHaveLength(before);
});
