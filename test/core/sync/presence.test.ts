import { describe, expect, test } from 'bun:test';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { newDocumentId, SyncDocument } from '../../support/sync-document.ts';

async function follow(world: TestHub, names: readonly string[], id = newDocumentId()) {
  const peers = names.map((name) => HubPeer.join(world.hub, sessionOf(name)));
  const [first, ...others] = peers;
  if (!first) throw new Error('nobody follows');
  await new SyncDocument(first, id, { n: 1 }).upload();
  for (const peer of others) await new SyncDocument(peer, id).until((content) => content['n'] === 1);
  return { id, first, others };
}

function send(peer: HubPeer, documentId: string, { times = 1, sizeBytes = 10 } = {}): void {
  const frame = { type: 'ephemeral', senderId: peer.name, documentId, sessionId: 's' };
  for (let count = 0; count < times; count++) peer.send({ ...frame, count, data: new Uint8Array(sizeBytes) });
}

function heard(peer: HubPeer): number {
  return peer.frames.filter(({ type }) => type === 'ephemeral').length;
}

describe('presence', () => {
  test('reaches those who follow the document, all as the same bytes, and never its sender', async () => {
    await using world = await openHub();
    const { id, first, others } = await follow(world, ['sends', 'one', 'two']);
    const elsewhere = await follow(world, ['elsewhere']);
    const sent: Uint8Array[] = [];
    for (const peer of others) peer.onBytes = (bytes) => void sent.push(bytes);
    send(first, id);
    expect([first, ...others, elsewhere.first].map(heard)).toEqual([0, 1, 1, 0]);
    expect(sent[0]).toBe(sent[1]);
  });

  test('beyond its rate is left out, for this document alone, until time has passed', async () => {
    await using world = await openHub();
    const busy = await follow(world, ['sends', 'hears']);
    const [reader] = busy.others;
    if (!reader) throw new Error('nobody hears');
    const quiet = newDocumentId();
    await new SyncDocument(busy.first, quiet, { n: 1 }).upload();
    await new SyncDocument(reader, quiet).until((content) => content['n'] === 1);
    send(busy.first, busy.id, { times: 500 });
    expect(heard(reader)).toBe(200);
    send(busy.first, quiet);
    expect(heard(reader)).toBe(201);
    world.clock.advance(1_000);
    send(busy.first, busy.id, { times: 500 });
    expect(heard(reader)).toBe(301);
    expect(busy.first.closed).toBeUndefined();
  });

  test('counts by its size', async () => {
    await using world = await openHub();
    const { id, first, others } = await follow(world, ['sends', 'hears']);
    send(first, id, { times: 10, sizeBytes: 64 * 1024 });
    expect(others.map(heard)).toEqual([3]);
  });

  test('over many documents is bounded for the socket', async () => {
    await using world = await openHub();
    const { first, others } = await follow(world, ['sends', 'hears']);
    const [reader] = others;
    if (!reader) throw new Error('nobody hears');
    for (let n = 0; n < 10; n++) {
      const id = newDocumentId();
      await new SyncDocument(first, id, { n }).upload();
      await new SyncDocument(reader, id).until((content) => content['n'] === n);
      send(first, id, { times: 200 });
    }
    expect(heard(reader)).toBe(1_000);
  });

  test('that is too large closes the socket', async () => {
    await using world = await openHub();
    const { id, first } = await follow(world, ['sends']);
    send(first, id, { sizeBytes: 64 * 1024 + 1 });
    expect(first.closed?.code).toBe(1009);
  });

  test('far beyond its rate for long closes the socket, which is told why', async () => {
    await using world = await openHub();
    const { id, first, others } = await follow(world, ['sends', 'hears']);
    for (let second = 0; second < 60 && !first.closed; second++) {
      send(first, id, { times: 2_000 });
      world.clock.advance(1_000);
    }
    expect(first.closed).toEqual({
      code: 1013,
      reason: 'this connection sends far more presence than is passed on',
    });
    expect(others.map(({ closed }) => closed)).toEqual([undefined]);
  });

  test('a little beyond its rate for ever is left out and nothing else', async () => {
    await using world = await openHub();
    const { id, first } = await follow(world, ['sends', 'hears']);
    for (let second = 0; second < 120; second++) {
      send(first, id, { times: 300 });
      world.clock.advance(1_000);
    }
    expect(first.closed).toBeUndefined();
  });
});
