import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/folder.ts';
import { makeDocument, numberedId, writeStore } from '../../support/plain-store.ts';
import { runInspect } from './run-inspect.ts';
import { essay, library } from './inspected-data.ts';

/** Two namespaces with every kind of link, and a document that cannot be read. */
async function folderWithAll() {
  const folder = temporaryFolder();
  const [one, two, gone, far] = [1, 2, 8, 9].map(numberedId);
  const broken = await makeDocument(numberedId(3), { title: 'Three' });
  writeStore(folder.path, library, [
    await makeDocument(numberedId(1), {
      $type: `${library}.shelf`,
      name: 'Shelf',
      books: [two, gone, far].map((id) => `automerge:${id}`),
    }),
    await makeDocument(numberedId(2), { text: 'A white whale', back: `automerge:${one}` }),
    { ...broken, chunks: broken.chunks.map((chunk) => chunk.subarray(0, -1)) },
  ]);
  writeStore(folder.path, essay, [await makeDocument(numberedId(9), { whale: true })]);
  return folder;
}

test.each([
  ['tree.json', undefined, {}],
  ['namespace.json', library, {}],
  ['type.json', `${library}.shelf`, {}],
  ['graph.json', undefined, { graph: true }],
  ['find.ndjson', undefined, { find: 'whale' }],
])('%s is what docs/json.md says', async (name, target, options) => {
  using folder = await folderWithAll();
  const { output } = await runInspect(folder.path, target, { ...options, json: true });
  const golden = readFileSync(join(import.meta.dir, 'golden', name), 'utf8');
  expect(valuesOf(output, name)).toEqual(valuesOf(golden, name));
});

/** Each JSON value as text, in the order of its fields: where there are line breaks does not matter but for NDJSON. */
function valuesOf(text: string, name: string): readonly string[] {
  const values = name.endsWith('.ndjson') ? text.trimEnd().split('\n') : [text];
  return values.map((value) => JSON.stringify(JSON.parse(value), undefined, 2));
}
