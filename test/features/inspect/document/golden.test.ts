import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { runInspect } from '../run-inspect.ts';
import { richFolder, richHashes, richId } from './rich-document.ts';

const [first = ''] = richHashes;

test.each([
  ['content', {}],
  ['content-at', { at: '2025-11-21T12:00:00Z' }],
  ['history', { history: true }],
  ['diff', { diff: `${first.slice(0, 9)}..` }],
  ['conflicts', { conflicts: true }],
  ['raw', { raw: true }],
])('the JSON of %s has its shape and values', async (name, options) => {
  using folder = richFolder();
  const { output, failure, problems } = await runInspect(folder.path, richId, { ...options, json: true });
  expect({ failure, problems }).toEqual({ failure: undefined, problems: [] });
  expect(JSON.parse(output)).toEqual(await Bun.file(join(import.meta.dir, 'golden', `${name}.json`)).json());
});
