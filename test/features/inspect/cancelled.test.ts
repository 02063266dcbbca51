import { expect, test } from 'bun:test';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { filled, library } from './inspected-data.ts';
import { folderOf, richFolder, richId } from './document/rich-document.ts';
import { makeDocument } from '../../support/plain-store.ts';
import { runInspect } from './run-inspect.ts';

/** What was printed of a command whose person presses Ctrl-C at its first output. */
async function untilCancelled(
  path: string,
  target: string,
  options: Readonly<Record<string, string | boolean>>,
): Promise<readonly string[]> {
  const controller = new AbortController();
  const printed: string[] = [];
  const run = runInspect(path, target, options, {
    signal: controller.signal,
    result: async (text) => {
      printed.push(text);
      // As a signal comes: not before the event loop has its turn.
      setImmediate(() => controller.abort(new Cancelled('SIGINT')));
    },
  });
  expect(await run.catch((error: unknown) => error)).toBeInstanceOf(Cancelled);
  return printed;
}

test.each([
  ['a document', {}],
  ['--history', { history: true }],
  ['--diff', { diff: '..' }],
  ['--raw', { raw: true }],
])('Ctrl-C ends %s after the lines that were under way', async (_, options) => {
  using folder = richFolder();
  expect(await untilCancelled(folder.path, richId, options)).toHaveLength(1);
});

test('Ctrl-C ends a listing before the next document', async () => {
  using folder = await filled();
  const printed = await untilCancelled(folder.path, library, { json: true });
  expect(printed.join('\n').match(/automerge:/g)?.length ?? 0).toBeLessThan(2);
});

test('Ctrl-C ends JSON of many lines between two batches', async () => {
  const content = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`key${index}`, index]));
  using folder = folderOf(await makeDocument(richId, content));
  const printed = await untilCancelled(folder.path, richId, { diff: '..', json: true });
  expect(printed).toHaveLength(1);
});
