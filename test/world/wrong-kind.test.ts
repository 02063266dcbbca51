import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { decodeSyncMessage, getHeads, type Doc } from '@automerge/automerge';
import { parseAutomergeUrl, type AutomergeUrl } from '@automerge/automerge-repo';
import { runInspect } from '../features/inspect/run-inspect.ts';
import { badChange, poisonousChange } from '../support/bad-change.ts';
import { craftMessage } from '../support/crafted-sync.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { RawPeer, type Frame } from '../support/raw-peer.ts';
import { generations } from '../support/stock-client.ts';
import { emptySync } from '../support/sync-document.ts';
import { World } from '../support/world.ts';

/*
 * Threat: a change whose operations refer to others of the wrong kind, which stock clients take in and cannot load again. It is refused
 * before anything of it is stored or forwarded: who follows the document live hears nothing of it. docs/decisions/change-graph.md.
 */

setDefaultTimeout(60_000);

const namespace = 'xyz.groundmist.library';
const changes = [
  ['a change that takes a list for a map', badChange],
  ['a change that replaces what it does not name', poisonousChange],
] as const;

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

test.each(changes)('%s: nobody hears of it, and its sender is told why', async (_, craft) => {
  const first = await world.client('2.5.6');
  const written = first.create({ list: [1, 2], kept: true });
  const { documentId } = parseAutomergeUrl(written.url as AutomergeUrl);
  const doc = await leanCopy(documentId);
  const live = await RawPeer.join(await world.admit(namespace));
  live.send({ type: 'request', senderId: live.peerId, documentId, data: emptySync });
  await live.next((frame) => changesIn(frame).length > 0);

  const bad = craft(doc, 'bad0');
  const offender = await RawPeer.join(await world.admit(namespace));
  const heads = getHeads(doc).map((head) => Uint8Array.fromHex(head));
  const data = craftMessage({ heads, chunks: [bad] });
  offender.send({ type: 'sync', senderId: offender.peerId, documentId, data });
  expect(await offender.closing()).toEqual({
    code: 1002,
    reason: expect.stringContaining('a change in it cannot be: it'),
  });
  written.change((content) => void (content['acknowledged'] = true));
  await live.next((frame) => changesIn(frame).length > 0);
  const later = await Promise.all(generations.map((generation) => world.client(generation)));
  const found = [written, ...(await Promise.all(later.map((client) => client.find(written.url))))];
  for (const [index, document] of found.entries()) {
    expect(document.content()).toMatchObject({ list: [1, 2], kept: true, acknowledged: true });
    document.change((content) => void (content[`edit ${index}`] = true));
  }
  const edits = { 'edit 0': true, 'edit 1': true, 'edit 2': true };
  const whole = { list: [1, 2], kept: true, acknowledged: true, ...edits };
  for (const document of found)
    await eventually('all edits are there', () => Bun.deepEquals(document.content(), whole));
  expect(live.isClosed).toBe(false);
  expect(live.frames.flatMap(changesIn)).not.toContain(bad.toHex());
  live.close();
  const { output } = await runInspect(world.dataDirectory, written.url, { json: true });
  const inspected = JSON.parse(output) as { readonly heads: readonly string[] };
  for (const document of found) expect(document.heads()).toEqual(inspected.heads);
});

function changesIn({ data }: Frame): readonly string[] {
  return data instanceof Uint8Array ? decodeSyncMessage(data).changes.map((change) => change.toHex()) : [];
}

async function leanCopy(documentId: string): Promise<Doc<Record<string, unknown>>> {
  const client = await LeanClient.connect(await world.admit(namespace));
  const doc = await client.find(documentId);
  client.close();
  return doc ?? expect.unreachable();
}
