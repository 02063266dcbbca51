import * as Automerge from '@automerge/automerge';
import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import { changeOn } from './bad-change.ts';
import { actionRun, deflateBomb, deflatedColumnBomb, longRuns, manyHashes, spoiltChange } from './bombs.ts';
import { craftMessage } from './crafted-sync.ts';
import { deflatedChange } from './deflated-change.ts';

/** Whom a hostile peer speaks as, and of what: a document with a list, which honest peers have. */
export interface Target {
  readonly senderId: string;
  readonly documentId: string;
  readonly doc: Automerge.Doc<Record<string, unknown>>;
}

/** Frames that a joined peer sends to cost the server much. */
export interface HostileFrames {
  readonly name: string;
  readonly make: (target: Target) => Iterable<Uint8Array> | Promise<Iterable<Uint8Array>>;
  /** How the server closes the socket, and a part of the reason; undefined where it answers and does no more. */
  readonly closing: { readonly code: number; readonly reason: string } | undefined;
}

const mebibyte = 2 ** 20;
const tooMuch = { code: 1009, reason: 'more operations or bytes, once inflated, than are taken at once' };
const refused = (reason: string) => ({ code: 1002, reason });

function saying(target: Target, data: Uint8Array): Uint8Array {
  const { senderId, documentId } = target;
  return encode({ type: 'sync', senderId, documentId, data });
}

function sending(target: Target, ...chunks: readonly Uint8Array[]): Uint8Array {
  const heads = Automerge.getHeads(target.doc).map((head) => Uint8Array.fromHex(head));
  return saying(target, craftMessage({ heads, chunks }));
}

function orphan({ doc }: Target, number: number, dependencies: number): Uint8Array {
  return spoiltChange(doc, (parts) => {
    parts.dependencies = manyHashes(dependencies);
    parts.actor = Uint8Array.of(0x0a, number);
  });
}

/** A change by one author under one number, each time another. */
function equivocation({ doc }: Target, number: number): Uint8Array {
  return changeOn(doc, (content) => void (content[`mind ${number}`] = number), 'e9');
}

export const hostileFrames: readonly HostileFrames[] = [
  {
    name: 'a change of 300 KB that inflates to 300 MB',
    make: async (target) => [sending(target, await deflateBomb(300))],
    closing: tooMuch,
  },
  {
    name: 'a change of 16 KB that inflates to 16 MB, as much as is allowed',
    make: async (target) => [sending(target, await deflateBomb(16))],
    closing: refused('its numbers are none'),
  },
  {
    name: 'a document with a column that inflates to 300 MB',
    make: async (target) => [sending(target, await deflatedColumnBomb(300))],
    closing: tooMuch,
  },
  {
    name: 'a change that is a run of a billion operations',
    make: (target) => [sending(target, actionRun(target.doc, 10 ** 9))],
    closing: tooMuch,
  },
  {
    name: 'a sound change of 8 million operations in 100 bytes',
    make: (target) => [sending(target, longRuns(target.doc, 8_000_000))],
    closing: tooMuch,
  },
  {
    name: 'a change with 20,000 dependencies',
    make: (target) => [
      sending(
        target,
        spoiltChange(target.doc, (parts) => (parts.dependencies = manyHashes(20_000))),
      ),
    ],
    closing: refused('this sync message is refused'),
  },
  {
    name: 'a message with a million heads',
    make: (target) => [saying(target, craftMessage({ heads: manyHashes(1_000_000) }))],
    closing: { code: 1009, reason: 'names more than 10000 changes' },
  },
  {
    name: '100 changes on top of 5,000 that never come',
    make: (target) => Array.from({ length: 100 }, (_, n) => sending(target, orphan(target, n, 5_000))),
    closing: undefined,
  },
  {
    name: 'an author who made 1,000 changes of one number',
    make: (target) => [sending(target, ...Array.from({ length: 1_000 }, (_, n) => equivocation(target, n)))],
    closing: refused('another change of that number'),
  },
  {
    name: 'a change numbered beyond all numbers',
    make: (target) => [
      sending(
        target,
        spoiltChange(target.doc, (parts) => (parts.seq = 2 ** 53 - 1)),
      ),
    ],
    closing: refused('this sync message is refused'),
  },
  {
    name: 'operations counted from beyond what Automerge counts',
    make: (target) => [
      sending(
        target,
        spoiltChange(target.doc, (parts) => (parts.startOp = 2 ** 53 - 1)),
      ),
    ],
    closing: refused('this sync message is refused'),
  },
  {
    name: 'operations counted from four billion on',
    make: (target) => [
      sending(
        target,
        spoiltChange(target.doc, (parts) => (parts.startOp = 2 ** 32 - 2)),
      ),
    ],
    closing: refused('counts its operations from far ahead'),
  },
  {
    name: 'a Bloom filter of four billion entries',
    make: (target) => [saying(target, craftMessage({ bloom: [0xff, 0xff, 0xff, 0xff, 0x0f, 10, 7] }))],
    closing: refused('the bytes are cut off'),
  },
  {
    name: 'a sound change of 8 million operations in 2 KB, which inflates to 2 MB',
    make: (target) => [
      sending(target, deflatedChange(longRuns(target.doc, 7_900_000, 'a'.repeat(2 * mebibyte)))),
    ],
    closing: tooMuch,
  },
  {
    name: 'arrays 30 million deep',
    make: () => [new Uint8Array(30 * mebibyte).fill(0x81)],
    closing: refused('not plain CBOR'),
  },
  {
    name: 'a frame of 33 MB',
    make: (target) => [saying(target, new Uint8Array(33 * mebibyte))],
    closing: { code: 1009, reason: '' },
  },
];

/** Sound, and as costly as is allowed: taken in and opened behind the fence, which may give up on it. */
export const dearFrames: readonly HostileFrames[] = [
  {
    name: 'a sound change of 500,000 operations in 100 bytes',
    make: (target) => [sending(target, longRuns(target.doc, 490_000))],
    closing: undefined,
  },
];
