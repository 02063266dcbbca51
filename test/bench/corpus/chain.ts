import type { Doc } from '@automerge/automerge';
import { cached } from './cache.ts';
import { partsOf, toDocument, type BenchDocument } from './documents.ts';
import { numbers, words } from './words.ts';

/** One document and the changes that one editor makes on it, one after the other. */
export interface Chain {
  readonly base: BenchDocument;
  readonly changes: readonly { readonly hash: string; readonly bytes: Buffer }[];
  /** The place of a change, from 1 on, by the first four bytes of its hash. */
  readonly placeOf: ReadonlyMap<string, number>;
}

const baseBytes = 1000;

/** Letters typed one by one into a note. */
export function makeTypingChain(count: number): Promise<Chain> {
  return toChain(`typing-${count}`, async () => {
    const { change, from, splice } = await import('@automerge/automerge');
    return chainParts(from({ text: words(baseBytes, 7) }), count, (document, number) =>
      change(document, (draft) => splice(draft, ['text'], 10 + number, 0, 'abcdefghij'.charAt(number % 10))),
    );
  });
}

/** A picture that is replaced again and again: large changes that do not compress. */
export function makePictureChain(count: number, sizeBytes: number): Promise<Chain> {
  return toChain(`pictures-${count}-${sizeBytes}`, async () => {
    const { change, from } = await import('@automerge/automerge');
    return chainParts(from({ picture: new Uint8Array() }), count, (document, number) =>
      change(document, (draft) => {
        const random = numbers(number);
        draft.picture = Uint8Array.from({ length: sizeBytes }, () => Math.floor(random() * 256));
      }),
    );
  });
}

async function chainParts<Content>(
  base: Doc<Content>,
  count: number,
  edit: (document: Doc<Content>, number: number) => typeof base,
): Promise<readonly Uint8Array[]> {
  const { getHeads, getLastLocalChange } = await import('@automerge/automerge');
  const parts = [...(await partsOf(base))];
  let document = base;
  for (let number = 0; number < count; number++) {
    document = edit(document, number);
    const [head = ''] = getHeads(document);
    parts.push(Buffer.from(head, 'hex'), getLastLocalChange(document) ?? new Uint8Array());
  }
  return parts;
}

async function toChain(name: string, make: () => Promise<readonly Uint8Array[]>): Promise<Chain> {
  const [head, firstMessage, saved, ...rest] = await cached(name, make);
  const base = toDocument([head, firstMessage, saved].filter((part) => part !== undefined));
  const changes: { hash: string; bytes: Buffer }[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const [hash, bytes] = rest.slice(at, at + 2);
    if (hash && bytes) changes.push({ hash: hash.toString('hex'), bytes });
  }
  const placeOf = new Map(changes.map(({ hash }, index) => [hash.slice(0, 8), index + 1]));
  return { base, changes, placeOf };
}
