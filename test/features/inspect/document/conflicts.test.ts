import { expect, test } from 'bun:test';
import { runInspect } from '../run-inspect.ts';
import { richFolder, richHashes, richId } from './rich-document.ts';

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
