import { cached } from './cache.ts';
import { partsOf, toDocument, type BenchDocument } from './documents.ts';
import { numbers, words } from './words.ts';

const textBytes = 5 * 1024 * 1024;
const insertedBytes = 128;
const changeCount = textBytes / insertedBytes;

/** 5 MB of text, typed in 40,960 changes: mostly on from where the last one ended, sometimes elsewhere. */
export async function makeBigDocument(): Promise<BenchDocument> {
  return toDocument(await cached('big-text', makeParts));
}

async function makeParts(): Promise<readonly Uint8Array[]> {
  console.error('bench: making the 5 MB document, once on this machine (a minute or more)');
  const { change, from, splice } = await import('@automerge/automerge');
  const random = numbers(5);
  let document = from({ text: '' });
  let length = 0;
  let cursor = 0;
  for (let number = 0; number < changeCount; number++) {
    if (random() < 0.02) cursor = Math.floor(random() * (length + 1));
    const deleted = random() < 0.05 && cursor < length ? 1 : 0;
    document = change(document, (draft) =>
      splice(draft, ['text'], cursor, deleted, words(insertedBytes, number)),
    );
    cursor += insertedBytes;
    length += insertedBytes - deleted;
  }
  return partsOf(document);
}
