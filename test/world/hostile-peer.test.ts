import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { hasHeads } from '@automerge/automerge';
import { parseAutomergeUrl, type AutomergeUrl } from '@automerge/automerge-repo';
import { runInspect } from '../features/inspect/run-inspect.ts';
import { eventually } from '../support/eventually.ts';
import { hostileActs, nextInItsName, type HostileAct } from '../support/hostile-acts.ts';
import { LeanClient } from '../support/lean-client.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { generations, type Generation, type StockDocument } from '../support/stock-client.ts';
import { World } from '../support/world.ts';

/*
 * Threat: an app that may write in a namespace says what no client says, of a document that stock clients share. They
 * come to the same all the same, and so does whoever comes after. docs/decisions/change-graph.md.
 */

setDefaultTimeout(60_000);

const namespace = 'xyz.groundmist.library';
const other = (generation: Generation): Generation => (generation === '2.5.6' ? '1.2.1' : '2.5.6');

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe.each([...generations])('of a document that a %s client edits', (generation) => {
  test.each(hostileActs.map((act) => [act.name, act] as const))('%s harms nobody', async (_, act) => {
    const [editor, watcher] = [await world.client(generation), await world.client(other(generation))];
    const mine = editor.create({ list: [1, 2], kept: 'before' });
    mine.change((content) => void (content['edited'] = 'before'));
    const theirs = await watcher.find(mine.url);
    await sameHeads(mine, theirs);
    const before = mine.heads();

    const offender = await misbehave(act, mine.url);
    const edits = { mine: 'after', theirs: 'after' };
    mine.change((content) => void (content['mine'] = edits.mine));
    theirs.change((content) => void (content['theirs'] = edits.theirs));
    const whole = { list: [1, 2], kept: 'before', edited: 'before', ...edits };
    await shows(mine, whole);
    await shows(theirs, whole);
    await sameHeads(mine, theirs);

    expect(await inspectedHeads(mine.url)).toEqual(mine.heads());
    for (const reader of generations) {
      const fresh = await (await world.client(reader)).find(mine.url);
      await shows(fresh, whole);
      expect(fresh.heads()).toEqual(mine.heads());
    }
    expect(hasHeads(await leanCopy(mine.url), [...before])).toBe(true);
    offender.close();
  });

  test('its author goes on after a change that another made under its name and next number', async () => {
    const [editor, watcher] = [await world.client(generation), await world.client(other(generation))];
    const mine = editor.create({ kept: 'before' });
    mine.change((content) => void (content['edited'] = 'before'));
    const theirs = await watcher.find(mine.url);
    await sameHeads(mine, theirs);
    const offender = await misbehave({ say: nextInItsName, refusal: undefined }, mine.url);
    await eventually('its author has it', () => mine.content()['hostile'] === true);
    mine.change((content) => void (content['mine'] = 'after'));
    const whole = { kept: 'before', edited: 'before', hostile: true, mine: 'after' };
    await shows(theirs, whole);
    const fresh = await (await world.client(generation)).find(mine.url);
    await shows(fresh, whole);
    expect(await inspectedHeads(mine.url)).toEqual(mine.heads());
    offender.close();
  });
});

/** What was said, and, where it is held against its sender, the end of that. */
async function misbehave({ say, refusal }: Omit<HostileAct, 'name'>, url: string): Promise<RawPeer> {
  const documentId = idOf(url);
  const peer = await RawPeer.join(await world.admit(namespace));
  peer.send({ type: 'sync', senderId: peer.peerId, documentId, data: say(await leanCopy(url)) });
  if (refusal === undefined) {
    await peer.next((frame) => frame['documentId'] === documentId);
    expect(peer.isClosed).toBe(false);
  } else {
    const { code, reason } = await peer.closing();
    expect({ code, reason }).toEqual({ code: 1002, reason: expect.stringContaining(refusal) });
  }
  return peer;
}

async function leanCopy(url: string) {
  const client = await LeanClient.connect(await world.admit(namespace));
  const doc = await client.find(idOf(url));
  client.close();
  return doc ?? expect.unreachable();
}

async function shows(document: StockDocument, expected: Readonly<Record<string, unknown>>): Promise<void> {
  await eventually(`the client shows ${JSON.stringify(expected)}`, () =>
    Bun.deepEquals(document.content(), expected),
  );
}

async function sameHeads(one: StockDocument, another: StockDocument): Promise<void> {
  await eventually('both have the same', () => Bun.deepEquals(one.heads(), another.heads()));
}

async function inspectedHeads(url: string): Promise<unknown> {
  const { output } = await runInspect(world.dataDirectory, url, { json: true });
  return (JSON.parse(output) as { readonly heads: unknown }).heads;
}

function idOf(url: string): string {
  return parseAutomergeUrl(url as AutomergeUrl).documentId;
}
