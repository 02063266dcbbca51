import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { ByteCursor } from '../../../src/core/format/byte-cursor.ts';
import { ColumnList } from '../../../src/core/format/column-list.ts';
import { OperationBlocks } from '../../../src/core/format/operation-blocks.ts';
import { OperationColumns } from '../../../src/core/format/operation-columns.ts';
import { readDocument } from '../../../src/core/format/document.ts';
import type { Change } from '../../../src/core/format/change.ts';
import { changesOf } from '../../support/change-graphs.ts';
import { onlyChunk } from '../../support/chunks.ts';
import { libraries, randomHistory } from '../../support/histories.ts';

const budget = { inflatedBytes: 64 * 2 ** 20, operations: 1_000_000 };
const seed = fc.integer({ min: 0, max: 2 ** 31 });

type Rows = (readonly unknown[])[];

function rowByRow(change: Change): Rows {
  const [list, columns] = [new ColumnList(), new OperationColumns()];
  const cursor = new ByteCursor(change.body, change.columnsAt);
  list.read(cursor);
  columns.open(list, change.body, cursor.position);
  const rows: Rows = [];
  for (let row = 0; row < change.operations; row += 1) {
    columns.next();
    const { objectActor, objectCounter, keyActor, keyCounter, keyText, insert, action } = columns;
    const predecessors: number[] = [];
    for (let left = columns.predecessorCount.value; left > 0; left -= 1) {
      columns.predecessorActor.next();
      columns.predecessorCounter.next();
      predecessors.push(columns.predecessorActor.value, columns.predecessorCounter.value);
    }
    const numbers = [objectActor, objectCounter, keyActor, keyCounter, keyText];
    const values = numbers.map(({ isNull, value }) => (isNull ? undefined : value));
    rows.push([...values, insert.value, action.value, columns.markName.isNull, predecessors]);
  }
  return rows;
}

function byBlocks(change: Change): Rows {
  const blocks = new OperationBlocks();
  blocks.openChange(change);
  const rows: Rows = [];
  while (blocks.next()) {
    const { objectActor, objectCounter, keyActor, keyCounter, keyText, insert, action } = blocks;
    if (blocks.predecessorsLeft > 0) blocks.narrow();
    const predecessors: number[] = [];
    for (; blocks.predecessorsLeft > 0; blocks.passPredecessor())
      predecessors.push(blocks.predecessorActor.value, blocks.predecessorCounter.value);
    const numbers = [objectActor, objectCounter, keyActor, keyCounter, keyText];
    for (let row = 0; row < blocks.rows; row += 1) {
      const values = numbers.map(({ isNull, value, step }) => (isNull ? undefined : value + step * row));
      rows.push([...values, insert.value, action.value, blocks.markName.isNull, predecessors]);
    }
  }
  return rows;
}

describe.each(Object.entries(libraries))('operations that %s wrote', (_, library) => {
  test('are the same in blocks and row by row', () => {
    fc.assert(
      fc.property(seed, (number) => {
        for (const change of changesOf(randomHistory(library, number, 30)))
          expect(byBlocks(change)).toEqual(rowByRow(change));
      }),
      { numRuns: 20 },
    );
  });

  test('are few blocks where a text is typed, and where it is deleted', () => {
    const typed = library.from<{ text: string }>({ text: 'x'.repeat(1_000) });
    const deleted = library.change(typed, (draft) => library.splice(draft, ['text'], 0, 1_000, ''));
    for (const change of changesOf(deleted)) {
      const blocks = new OperationBlocks();
      blocks.openChange(change);
      let count = 0;
      while (blocks.next()) count += 1;
      expect(change.operations).toBeGreaterThanOrEqual(1_000);
      expect(count).toBeLessThan(5);
    }
  });

  test('are all in the blocks of a document, but for removals', () => {
    fc.assert(
      fc.property(seed, (number) => {
        const doc = randomHistory(library, number, 30);
        const document = readDocument(onlyChunk(library.save(doc)), budget);
        if (typeof document === 'string') throw new Error(document);
        const expected = library.getAllChanges(doc).flatMap((bytes) => {
          const { actor, ops, startOp } = library.decodeChange(bytes);
          return ops.flatMap(({ action }, index) =>
            action === 'del' ? [] : [`${startOp + index}@${actor}`],
          );
        });
        const blocks = new OperationBlocks();
        blocks.openDocument(document);
        const found: string[] = [];
        while (blocks.next()) {
          const { idActor, idCounter } = blocks;
          for (let row = 0; row < blocks.rows; row += 1)
            found.push(`${idCounter.value + row * idCounter.step}@${document.actors[idActor.value]}`);
        }
        expect(found.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 20 },
    );
  });
});
