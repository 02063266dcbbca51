import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { changeOn } from '../../support/bad-change.ts';
import { craftChange, partsOf, type ChangeParts } from '../../support/change-parts.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { craftMessage, signedLeb128 } from '../../support/crafted-sync.ts';
import { deflatedChange } from '../../support/deflated-change.ts';
import { eventually } from '../../support/eventually.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { newDocumentId, SyncDocument } from '../../support/sync-document.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

const doc: Doc = Automerge.from({ kept: true });
const heads = Automerge.getHeads(doc).map((head) => Uint8Array.fromHex(head));

test('deflated changes are measured together, and not each for itself', async () => {
  await using world = await openHub({ limits: { inflatedBytes: 2 ** 20 } });
  const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')));
  honest.doc = Automerge.clone(doc);
  await honest.upload();
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  const chunks = Array.from({ length: 8 }, (_, n) =>
    deflatedChange(
      changeOn(
        doc,
        (content) => void (content['text'] = new Automerge.RawString(`${n}`.repeat(200_000))),
        `ab0${n}`,
      ),
    ),
  );
  expect(chunks.every((chunk) => chunk.length < 1_000)).toBe(true);
  offender.sync(honest.id, craftMessage({ heads, chunks }));
  await eventually('the sender is closed', () => offender.closed);
  expect(offender.closed?.code).toBe(1009);
  expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(doc));
});

test('a message that is made of almost nothing may inflate to a quarter of what others may', async () => {
  const limits = { inflatedBytes: 400_000 };
  await using world = await openHub({ limits });
  const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')));
  honest.doc = Automerge.clone(doc);
  await honest.upload();
  const written = (text: string): Uint8Array =>
    changeOn(doc, (content) => void (content['text'] = new Automerge.RawString(text)), 'ab');
  const noise = crypto.getRandomValues(new Uint8Array(60_000)).toHex();
  const fair = HubPeer.join(world.hub, sessionOf('fair'));
  fair.sync(honest.id, craftMessage({ heads, chunks: [deflatedChange(written(noise))] }));
  await eventually('it is taken in', async () => (await world.store.facts(honest.id))?.chunkCount === 2);
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  offender.sync(honest.id, craftMessage({ heads, chunks: [deflatedChange(written('x'.repeat(120_000)))] }));
  await eventually('the sender is closed', () => offender.closed);
  expect(offender.closed?.code).toBe(1009);
  expect(fair.closed).toBeUndefined();
});

/** The change with other numbers, under a valid hash. */
function spoilt(spoil: (parts: ChangeParts) => void): Uint8Array {
  const parts = partsOf(onlyChunk(changeOn(doc, (content) => void (content['b'] = 2))).body);
  spoil(parts);
  return craftChange(parts);
}

describe('a change', () => {
  const changes: readonly (readonly [name: string, code: number, spoil: (parts: ChangeParts) => void])[] = [
    ['with 20,000 dependencies', 1002, (parts) => (parts.dependencies = manyHashes(20_000))],
    ['whose number is beyond what Automerge counts', 1002, (parts) => (parts.seq = 2 ** 32)],
    ['whose number is beyond all numbers', 1002, (parts) => (parts.seq = Number.MAX_SAFE_INTEGER)],
    ['whose operations are numbered beyond all numbers', 1002, (parts) => (parts.startOp = 2 ** 53 - 1)],
    ['with an actor of a kilobyte', 1002, (parts) => (parts.actor = new Uint8Array(1_024))],
    [
      'that is a run of a billion operations',
      1009,
      ({ columns }) => columns.forEach((column) => fill(column, 10 ** 9)),
    ],
    [
      'that has a run of as many operations as can be written',
      1002,
      ({ columns }) => columns.forEach((column) => fill(column, 2 ** 62)),
    ],
  ];

  test.each(changes)('%s is refused', async (_, code, spoil) => {
    await using world = await openHub();
    const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')));
    honest.doc = Automerge.clone(doc);
    await honest.upload();
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    offender.sync(honest.id, craftMessage({ heads, chunks: [spoilt(spoil)] }));
    await eventually('the sender is closed', () => offender.closed);
    expect(offender.closed?.code).toBe(code);
    honest.change((content) => void (content['more'] = 1));
    await honest.upload();
    expect((await world.store.facts(honest.id))?.heads).toEqual(Automerge.getHeads(honest.doc));
  });

  test('with as many dependencies as are allowed, none of which is here, is asked for so many times and no more', async () => {
    await using world = await openHub();
    const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')));
    honest.doc = Automerge.clone(doc);
    await honest.upload();
    const offender = HubPeer.join(world.hub, sessionOf('offender'));
    const orphan = spoilt((parts) => (parts.dependencies = manyHashes(5_000)));
    for (let n = 0; n < 40; n += 1) {
      offender.sync(honest.id, craftMessage({ heads, chunks: [orphan] }));
      await world.hub.rest();
    }
    expect(offender.about(honest.id).length).toBeLessThan(12);
    expect((await world.store.facts(honest.id))?.chunkCount).toBe(1);
  });
});

/** Has a column of actions be one run of so many. */
function fill(column: ChangeParts['columns'][number], rows: number): void {
  const actionColumn = 0x42;
  if (column.specification === actionColumn) column.bytes = [...signedLeb128(rows), 1];
}

function manyHashes(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, n) => {
    const hash = new Uint8Array(32);
    new DataView(hash.buffer).setUint32(0, n);
    return hash;
  });
}

test('a text of any length may be deleted at once, by who has it', async () => {
  await using world = await openHub();
  const writer = HubPeer.join(world.hub, sessionOf('writer'));
  const document = new SyncDocument(writer, newDocumentId(), { text: 'x'.repeat(600_000) });
  await document.upload();
  document.change((content) => Automerge.splice(content, ['text'], 0, 600_000));
  await document.upload();
  expect(writer.closed).toBeUndefined();
  expect((await world.store.facts(document.id))?.heads).toEqual(Automerge.getHeads(document.doc));
  const other = new SyncDocument(HubPeer.join(world.hub, sessionOf('other')), newDocumentId(), {
    text: 'short',
  });
  await other.upload();
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  const change = Automerge.getLastLocalChange(document.doc) ?? expect.unreachable();
  offender.sync(other.id, craftMessage({ heads, chunks: [change] }));
  await eventually('who deletes what is not there is closed', () => offender.closed);
  expect(offender.closed?.code).toBe(1009);
});

test('a document gets no more heads than it may have, by changes or at once', async () => {
  await using world = await openHub({ limits: { headsPerDocument: 4 } });
  const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')));
  honest.doc = Automerge.clone(doc);
  await honest.upload();
  const chunks = Array.from({ length: 6 }, (_, n) =>
    changeOn(doc, (content) => void (content['n'] = n), `ab0${n}`),
  );
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  offender.sync(honest.id, craftMessage({ heads, chunks }));
  await eventually('the sender is closed', () => offender.closed);
  expect(offender.closed?.code).toBe(1009);
  await eventually(
    'the others are stored',
    async () => (await world.store.facts(honest.id))?.heads.length === 4,
  );
  const [wide] = Automerge.applyChanges(Automerge.clone(doc), chunks);
  const claimant = HubPeer.join(world.hub, sessionOf('claimant'));
  const id = newDocumentId();
  claimant.sync(id, craftMessage({ heads, chunks: [Automerge.save(wide)] }));
  await eventually('the claimant is closed', () => claimant.closed);
  expect(claimant.closed?.code).toBe(1009);
  expect((await world.store.facts(id))?.heads ?? []).toEqual([]);
});
