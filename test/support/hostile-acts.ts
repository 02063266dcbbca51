import * as Automerge from '@automerge/automerge';
import { changeOn, tamper } from './bad-change.ts';
import { craftChange, partsOf } from './change-parts.ts';
import { onlyChunk } from './chunks.ts';
import { craftChunk, craftMessage } from './crafted-sync.ts';
import { withForgedHeads } from './forged-heads.ts';

type Doc = Automerge.Doc<Record<string, unknown>>;

/** Something that a hostile peer says of a document which it was given like anybody. */
export interface HostileAct {
  readonly name: string;
  /** Its sync message. */
  readonly say: (doc: Doc) => Uint8Array;
  /** What the server says as it closes the socket; undefined where there is nothing to hold against it. */
  readonly refusal: string | undefined;
}

const strangeHead = new Uint8Array(32).fill(7);
const keyColumn = 0x15;
const documentChunk = 0;

/** None of what these say may be believed, though every hash and checksum is correct. */
export const hostileActs: readonly HostileAct[] = [
  {
    name: 'a document with forged heads',
    say: (doc) => message(doc, withForgedHeads(Automerge.save(doc), [strangeHead]), [strangeHead]),
    refusal: 'Automerge cannot open a document in it',
  },
  {
    name: 'another change under the author and number of an honest one',
    say: (doc) => message(doc, withOtherContent(lastChangeOf(doc))),
    refusal: 'another change of that number',
  },
  {
    name: 'a change with a broken column',
    say: (doc) => message(doc, withBrokenColumn(anyChangeOn(doc))),
    refusal: 'refused',
  },
  {
    name: 'a change on top of one that never comes',
    say: (doc) => message(doc, orphanOn(doc)),
    refusal: undefined,
  },
  {
    name: 'a document with garbage behind it',
    say: (doc) => message(doc, Uint8Array.from([...Automerge.save(edited(doc)), 1, 2, 3])),
    refusal: 'refused',
  },
  {
    name: 'a document with garbage in it',
    say: (doc) => {
      const { body } = onlyChunk(Automerge.save(edited(doc)));
      return message(doc, craftChunk(documentChunk, Uint8Array.from([...body, 1, 2, 3])));
    },
    refusal: 'a change in it is not whole',
  },
];

/** A sound change under the name of who wrote last, which that one has not made: Automerge knows no signatures. */
export function nextInItsName(doc: Doc): Uint8Array {
  const { actor } = Automerge.decodeChange(lastChangeOf(doc));
  return message(
    doc,
    changeOn(doc, (content) => void (content['hostile'] = true), actor),
  );
}

/** A message with this chunk, from who says to have these heads. */
function message(doc: Doc, chunk: Uint8Array, heads = headsOf(doc)): Uint8Array {
  return craftMessage({ heads, chunks: [chunk] });
}

function headsOf(doc: Doc): readonly Uint8Array[] {
  return Automerge.getHeads(doc).map((head) => Uint8Array.fromHex(head));
}

function edited(doc: Doc): Doc {
  return Automerge.change(Automerge.clone(doc), (content) => void (content['hostile'] = true));
}

function anyChangeOn(doc: Doc): Uint8Array {
  return changeOn(doc, (content) => void (content['hostile'] = true));
}

function lastChangeOf(doc: Doc): Uint8Array {
  const change = Automerge.getAllChanges(doc).at(-1);
  if (!change) throw new Error('the document is empty');
  return change;
}

function withOtherContent(change: Uint8Array): Uint8Array {
  return tamper(change, (decoded) => Object.assign(decoded, { message: 'not by its author' }));
}

function withBrokenColumn(change: Uint8Array): Uint8Array {
  const parts = partsOf(onlyChunk(change).body);
  parts.columns.find(({ specification }) => specification === keyColumn)?.bytes.pop();
  return craftChange(parts);
}

function orphanOn(doc: Doc): Uint8Array {
  return changeOn(edited(doc), (content) => void (content['orphan'] = true));
}
