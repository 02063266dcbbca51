import { expect, test } from 'bun:test';
import { drawTree, summaryColumns } from '../../../src/features/inspect/tree.ts';

const when = Date.UTC(2025, 10, 21, 5, 41, 7);

test('namespaces are drawn by their labels, and labels that do not fork share a line', () => {
  const lines = drawTree('/data', [
    { name: 'com.whtwnd.blog', columns: summaryColumns(7, 8823, when) },
    { name: 'xyz.groundmist', columns: summaryColumns(1, 12, when) },
    { name: 'xyz.groundmist.library', columns: summaryColumns(1234, 18_434_000, when) },
    { name: 'xyz.groundmist.notebook.essay', columns: summaryColumns(0, 0, undefined) },
    { name: 'xyz.other', columns: ['cannot be read'] },
  ]);
  expect(lines).toEqual([
    '/data',
    '├── com.whtwnd.blog             7 documents   8.8 KB  2025-11-21 05:41:07Z',
    '└── xyz',
    '    ├── groundmist               1 document     12 B  2025-11-21 05:41:07Z',
    '    │   ├── library         1,234 documents  18.4 MB  2025-11-21 05:41:07Z',
    '    │   └── notebook.essay      0 documents      0 B                     –',
    '    └── other               cannot be read',
  ]);
});

test('a narrow terminal gets the columns it has room for, and the number of documents always', () => {
  const entries = [
    { name: 'com.whtwnd.blog', columns: summaryColumns(7, 8823, when) },
    { name: 'xyz.groundmist.library', columns: summaryColumns(1234, 18_434_000, when) },
    { name: 'xyz.other', columns: ['cannot be read'] },
  ];
  expect(drawTree('/data', entries, 60)).toEqual([
    '/data',
    '├── com.whtwnd.blog             7 documents   8.8 KB',
    '└── xyz',
    '    ├── groundmist.library  1,234 documents  18.4 MB',
    '    └── other               cannot be read',
  ]);
  expect(drawTree('/data', entries, 10)).toEqual([
    '/data',
    '├── com.whtwnd.blog         7 documents',
    '└── xyz',
    '    ├── groundmist.library  1,234 documents',
    '    └── other               cannot be read',
  ]);
});

test('a single namespace is one line', () => {
  expect(drawTree('/data', [{ name: 'a.b.c', columns: summaryColumns(1, 12, when) }])).toEqual([
    '/data',
    '└── a.b.c  1 document  12 B  2025-11-21 05:41:07Z',
  ]);
});

test('nothing to draw is the root alone', () => {
  expect(drawTree('/data', [])).toEqual(['/data']);
});
