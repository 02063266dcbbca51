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
 * Threat: a change whose operations refer to others of the wrong kind, which no graph sees and Automerge refuses. It is
 * forwarded within a millisecond, and judged before anybody takes the whole document: who follows the document live may have it by then, and has
 * to cope; what lies here, and who comes after, is not touched. docs/decisions/change-graph.md.
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

test.each(changes)('%s: only who follows it live hears of it', async (_, craft) => {
  const first = await world.client('2.5.6');
  const written = first.create({ list: [1, 2], kept: true });
  const { documentId } = parseAutomergeUrl(written.url as AutomergeUrl);
  const doc = await leanCopy(documentId);
  // Where it came, a stock client may not go on: this one is not there any more.
  first.close();
  await first.alone();
  const live = await RawPeer.join(await world.admit(namespace));
  live.send({ type: 'request', senderId: live.peerId, documentId, data: emptySync });
  await live.next((frame) => changesIn(frame).length > 0);

  const bad = craft(doc, 'bad0');
  const offender = await RawPeer.join(await world.admit(namespace));
  const heads = getHeads(doc).map((head) => Uint8Array.fromHex(head));
  const data = craftMessage({ heads, chunks: [bad] });
  offender.send({ type: 'sync', senderId: offender.peerId, documentId, data });
  await live.next((frame) => changesIn(frame).includes(bad.toHex()));
  const later = await Promise.all(generations.map((generation) => world.client(generation)));
  const found = await Promise.all(later.map((client) => client.find(written.url)));
  expect(await offender.closing()).toEqual({
    code: 1002,
    reason: expect.stringContaining('Automerge refuses a change it sent'),
  });
  expect(live.isClosed).toBe(false);
  live.close();
  for (const [index, document] of found.entries()) {
    expect(document.content()).toEqual({ list: [1, 2], kept: true });
    document.change((content) => void (content[`edit ${index}`] = true));
  }
  const whole = { list: [1, 2], kept: true, 'edit 0': true, 'edit 1': true };
  for (const document of found)
    await eventually('both edits are there', () => Bun.deepEquals(document.content(), whole));
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
