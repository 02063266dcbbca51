import type { Doc } from '@automerge/automerge';
import bs58check from 'bs58check';
import { cached } from './cache.ts';
import { words } from './words.ts';

/** A document that no server has seen, as a client with it would bring it. */
export interface BenchDocument {
  readonly id: string;
  readonly head: string;
  /** What Automerge says first to a server of which it knows nothing. */
  readonly firstMessage: Buffer;
  readonly saved: Buffer;
}

/** What the documents are called: their text has this many bytes. */
export const documentBytes = 1024;
const partCount = 3;
const perFile = 1000;

/** So many different notes of about 1 KB, under ids that were never used. */
export async function makeDocuments(count: number): Promise<readonly BenchDocument[]> {
  const documents: BenchDocument[] = [];
  for (let start = 0; start < count; start += perFile) {
    const parts = await cached(`notes-${start}`, () => makeNotes(start));
    for (let at = 0; at < parts.length && documents.length < count; at += partCount) {
      documents.push(toDocument(parts.slice(at, at + partCount)));
    }
  }
  return documents;
}

/** What is kept of a document: its head, first message and saved form. */
export async function partsOf(document: Doc<unknown>): Promise<readonly Uint8Array[]> {
  const { generateSyncMessage, getHeads, initSyncState, save } = await import('@automerge/automerge');
  const [, firstMessage] = generateSyncMessage(document, initSyncState());
  const [head = ''] = getHeads(document);
  return [Buffer.from(head, 'hex'), firstMessage ?? new Uint8Array(), save(document)];
}

export function toDocument([head, firstMessage, saved]: readonly Buffer[]): BenchDocument {
  if (!head || !firstMessage || !saved) throw new Error('the cache of documents is cut off: remove it');
  return { id: newDocumentId(), head: head.toString('hex'), firstMessage, saved };
}

/** A new UUID v4 in base58check: older clients refuse any other form. */
export function newDocumentId(): string {
  return bs58check.encode(Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex'));
}

async function makeNotes(start: number): Promise<readonly Uint8Array[]> {
  const { free, from } = await import('@automerge/automerge');
  const parts: Uint8Array[] = [];
  for (let number = start; number < start + perFile; number++) {
    const note = from({
      kind: 'note',
      number,
      title: words(24, number),
      body: words(documentBytes - 64, ~number),
    });
    parts.push(...(await partsOf(note)));
    free(note);
  }
  return parts;
}
