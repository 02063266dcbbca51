import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { readChange, type Change } from '../../../src/core/format/change.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { readChunks } from '../../../src/core/format/chunk.ts';
import { documentChanges } from '../../../src/core/format/document-changes.ts';
import { readDocument } from '../../../src/core/format/document.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 1_000_000 };
const seed = fc.integer({ min: 0, max: 2 ** 31 });

function changeOf(bytes: Uint8Array): Change {
  const change = readChange(onlyChunk(bytes), budget);
  if (typeof change === 'string') throw new Error(`refused: ${change}`);
  return change;
}

describe.each(Object.entries(libraries))('what %s writes', (_, library) => {
  test('is read as it reads it, change by change', () => {
    fc.assert(
      fc.property(seed, (number) => {
        for (const bytes of library.getAllChanges(randomHistory(library, number, 30))) {
          const change = changeOf(bytes);
          const expected = library.decodeChange(bytes);
          const { hash, actor, seq, startOp, time, deps, ops, message } = expected;
          expect(change).toMatchObject({ hash, actor, seq, startOp, time, operations: ops.length });
          expect(change.dependencies).toEqual(deps);
          expect(change.message ?? null).toBe(message);
          expect(change.maxOp).toBe(startOp + ops.length - 1);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('is read as it reads it, as a whole document', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const doc = randomHistory(library, number, 30);
        const metas = library.getAllChanges(doc).map((bytes) => library.decodeChange(bytes));
        const document = readDocument(onlyChunk(library.save(doc)), budget);
        if (typeof document === 'string') throw new Error(`refused: ${document}`);
        expect(document.heads).toEqual(library.getHeads(doc).toSorted());
        expect(document.changeCount).toBe(metas.length);
        const changes = documentChanges(document);
        if (!changes) throw new Error('the changes of the document cannot be read');
        for (const [index, { actor, seq, startOp, ops, deps }] of metas.entries()) {
          expect(document.actors[changes.actors[index] ?? -1]).toBe(actor);
          expect(changes.sequences[index]).toBe(seq);
          expect(changes.maxOps[index]).toBe(startOp + ops.length - 1);
          const [start, end] = changes.dependencyStarts.subarray(index, index + 2);
          const hashes = [...changes.dependencies.subarray(start, end)].map((at) => metas[at]?.hash);
          expect(hashes).toEqual(deps);
        }
      }),
      { numRuns: 25 },
    );
  });
});

test('what stock servers of both generations stored is read', async () => {
  const folder = join(import.meta.dir, '../../fixtures');
  const paths = await Array.fromAsync(new Bun.Glob('stock-*/**/{snapshot,incremental}/*').scan(folder));
  expect(paths.length).toBeGreaterThan(20);
  for (const path of paths) {
    const bytes = await Bun.file(join(folder, path)).bytes();
    for (const chunk of readChunks(bytes) ?? []) {
      const read = chunk.type === 0 ? readDocument(chunk, budget) : readChange(chunk, budget);
      expect([path, typeof read]).toEqual([path, 'object']);
    }
  }
});
