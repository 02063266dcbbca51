import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { craftChange, partsOf } from '../../support/change-parts.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { craftMessage } from '../../support/crafted-sync.ts';
import { HubPeer, openHub, sessionOf, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { SyncDocument } from '../../support/sync-document.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

const anHourMs = 3_600_000;
const before: Doc = Automerge.from({
  text: 'what was written',
  list: [1, 2, 3],
  map: { a: 1 },
  count: new Automerge.Counter(1),
});
const change = lastChangeOf(
  Automerge.change(Automerge.clone(before), (draft) => {
    Automerge.splice(draft, ['text'], 2, 3, 'else');
    Automerge.mark(draft, ['text'], { start: 0, end: 4, expand: 'both' }, 'bold', true);
    (draft['list'] as unknown[]).splice(1, 1, 'two', { deep: [null, 1.5] });
    Object.assign(draft['map'] as object, { a: 'é', b: new Date(0), c: new Uint8Array([1]) });
    (draft['count'] as Automerge.Counter).increment(2);
  }),
);

function lastChangeOf(doc: Automerge.Doc<unknown>): Uint8Array {
  const last = Automerge.getLastLocalChange(doc);
  if (!last) throw new Error('nothing was changed');
  return last;
}

const spoils: readonly (readonly [name: string, spoil: (bytes: number[]) => void])[] = [
  ['is gone', (bytes) => void bytes.splice(0)],
  ['is cut off', (bytes) => void bytes.pop()],
  ['goes on', (bytes) => void bytes.push(1)],
  ['begins with another run', (bytes) => void (bytes[0] = ((bytes[0] ?? 0) + 1) & 0x7f)],
  ['ends with another value', (bytes) => void (bytes[bytes.length - 1] = ((bytes.at(-1) ?? 0) + 1) & 0x7f)],
];
const columns = partsOf(onlyChunk(change).body).columns.map(({ specification }) => specification);
const cases = columns.flatMap((column) => spoils.map(([name, spoil]) => [column, name, spoil] as const));

test('the change that is spoilt here has every column there is', () => {
  expect(columns).toEqual([
    0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x57, 0x70, 0x71, 0x73, 0x94, 0xa5,
  ]);
});

test.each(cases)('a change whose column %d %s harms nobody who comes after', async (column, _, spoil) => {
  await using world = await openHub();
  const first = new SyncDocument(HubPeer.join(world.hub, sessionOf('first')));
  first.doc = Automerge.clone(before);
  await first.upload();
  const honest = new SyncDocument(HubPeer.join(world.hub, sessionOf('honest')), first.id);
  honest.doc = Automerge.clone(before);
  const offender = HubPeer.join(world.hub, sessionOf('offender'));
  const heads = Automerge.getHeads(before).map((head) => Uint8Array.fromHex(head));
  offender.sync(honest.id, craftMessage({ heads, chunks: [spoiltChange(column, spoil)] }));
  await world.hub.rest();
  world.clock.advance(anHourMs);
  await world.hub.rest();
  honest.change((content) => void (content['more'] = 1));
  await honest.upload();
  const stored = await loaded(world, honest);
  const reader = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), honest.id);
  await reader.until((content) => content['more'] === 1);
  expect(Automerge.getHeads(reader.doc)).toEqual(Automerge.getHeads(stored));
  expect(offender.closed !== undefined || Automerge.getAllChanges(stored).length === 3).toBe(true);
});

function spoiltChange(column: number, spoil: (bytes: number[]) => void): Uint8Array {
  const parts = partsOf(onlyChunk(change).body);
  const found = parts.columns.find(({ specification }) => specification === column);
  if (found) spoil(found.bytes);
  return craftChange(parts);
}

async function loaded(world: TestHub, { id, doc }: SyncDocument): Promise<Doc> {
  const stored = Automerge.load<Record<string, unknown>>(Buffer.concat(bytesOf(await world.store.load(id))));
  expect(Automerge.hasHeads(stored, Automerge.getHeads(doc))).toBe(true);
  return stored;
}
