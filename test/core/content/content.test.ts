import { describe, expect, test } from 'bun:test';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { readContent } from '../../../src/core/content/content.ts';
import { ids, makeDocument } from '../../support/plain-store.ts';
import { failureOf } from '../../support/rejection.ts';

const automerge = await loadAutomerge();
const [id] = ids;

async function contentOf(content: Record<string, unknown>): Promise<unknown> {
  return (await readContent(await makeDocument(id, content))).content;
}

describe('content as JSON', () => {
  test('what JSON can say is plain', async () => {
    const plain = { text: 'a', number: 1.5, yes: true, none: null, list: [1, [2, { deep: 'b' }]], empty: {} };
    expect(await contentOf(plain)).toEqual(plain);
  });

  test('both kinds of string are strings and a counter is its number', async () => {
    const content = { fixed: new automerge.ImmutableString('a'), counter: new automerge.Counter(4) };
    expect(await contentOf(content)).toEqual({ fixed: 'a', counter: 4 });
  });

  test('what JSON cannot say has one $ key', async () => {
    const content = {
      bytes: new Uint8Array([1, 2, 3, 255]),
      date: new Date('2025-11-21T05:41:07.089Z'),
      large: 2n ** 60n,
      notANumber: Number.NaN,
      endless: -Infinity,
    };
    expect(await contentOf(content)).toEqual({
      bytes: { $bytes: 'AQID/w==' },
      date: { $date: '2025-11-21T05:41:07.089Z' },
      large: { $integer: '1152921504606846976' },
      notANumber: { $float: 'NaN' },
      endless: { $float: '-Infinity' },
    });
  });

  test('content that nests deeper than a reader of JSON survives is refused', async () => {
    let content: Record<string, unknown> = {};
    for (let depth = 0; depth < 600; depth++) content = { below: content };
    const reading = readContent(await makeDocument(id, content));
    expect((await failureOf(reading)).code).toBe('StoreDamaged');
  });
});

describe('facts', () => {
  test('heads, changes, operations and the type come with the content', async () => {
    const document = await makeDocument(id, { $type: 'xyz.groundmist.library.entry', n: 1 });
    expect(await readContent(document)).toMatchObject({
      heads: document.heads,
      changeCount: 1,
      operationCount: 30,
      actorCount: 1,
      editedAt: 1_700_000_000_000,
      type: 'xyz.groundmist.library.entry',
    });
  });

  test('a $type that is no string is none', async () => {
    expect((await readContent(await makeDocument(id, { $type: 3 }))).type).toBeUndefined();
  });

  test('an empty document is an empty object', async () => {
    const chunks = [automerge.save(automerge.init())];
    expect(await readContent({ chunks, heads: [] })).toMatchObject({
      content: {},
      changeCount: 0,
      heads: [],
    });
  });
});

describe('damage', () => {
  test.each([
    ['a cut chunk', (chunk: Uint8Array) => chunk.subarray(0, -3)],
    ['a flipped bit', (chunk: Uint8Array) => chunk.with(20, chunk[20] === 0 ? 1 : 0)],
    ['an empty chunk', () => new Uint8Array()],
  ])('%s is refused', async (_, spoil) => {
    const { chunks, heads } = await makeDocument(id, { n: 1 });
    expect((await failureOf(readContent({ chunks: chunks.map(spoil), heads }))).code).toBe('StoreDamaged');
  });

  test('whole chunks with other heads than the store recorded are refused', async () => {
    const { chunks } = await makeDocument(id, { n: 1 });
    const reading = readContent({ chunks, heads: ['ab'.repeat(32)] });
    expect((await failureOf(reading)).code).toBe('StoreDamaged');
  });

  test('no chunks at all are refused', async () => {
    expect((await failureOf(readContent({ chunks: [], heads: [] }))).code).toBe('StoreDamaged');
  });
});
