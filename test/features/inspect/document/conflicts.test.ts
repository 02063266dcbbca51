import * as Automerge from '@automerge/automerge';
import { expect, test } from 'bun:test';
import { runInspect } from '../run-inspect.ts';
import { folderOf, richFolder, richHashes, richId } from './rich-document.ts';

test('--conflicts has each place with all of its values, and says which one wins', async () => {
  using folder = richFolder();
  const { output } = await runInspect(folder.path, richId, { conflicts: true });
  expect(output).toBe('title\n  wins   bbbbbbbb  "Theirs"\n  loses  aaaaaaaa  "Mine"\n');
});

test('--conflicts of a document without any says so', async () => {
  using folder = richFolder();
  const { output } = await runInspect(folder.path, richId, { conflicts: true, at: richHashes[0] ?? '' });
  expect(output).toBe('There are no conflicts.\n');
});

test('--conflicts shows values as documents do, and says which of them are counters', async () => {
  const empty = Automerge.init<Record<string, unknown>>({ actor: 'aa'.repeat(16) });
  const base = Automerge.change(empty, (draft) => void (draft['base'] = 1));
  const other = Automerge.clone(base, { actor: 'bb'.repeat(16) });
  const one = Automerge.change(base, (draft) => {
    Object.assign(draft, { c: new Automerge.Counter(8), when: new Date(0) });
  });
  const two = Automerge.change(other, (draft) => {
    Object.assign(draft, { c: 7, when: new Uint8Array([7, 7]) });
  });
  const both = Automerge.merge(one, two);
  const heads = Automerge.getHeads(both).toSorted();
  using folder = folderOf({ id: richId, chunks: [Automerge.save(both)], heads, changedAt: 0 });
  const { output } = await runInspect(folder.path, richId, { conflicts: true });
  expect(output.trimEnd().split('\n')).toEqual([
    'c',
    '  wins   bbbbbbbb  7',
    '  loses  aaaaaaaa  8 (counter)',
    'when',
    '  wins   bbbbbbbb  bytes(2) 0707',
    '  loses  aaaaaaaa  1970-01-01T00:00:00.000Z',
  ]);
});
