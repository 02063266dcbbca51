import { describe, expect, test } from 'bun:test';
import { folderState, temporaryFolder } from '../../support/folder.ts';
import { makeDocument } from '../../support/plain-store.ts';
import { startWriter } from '../../support/writer-process.ts';
import { runInspect } from './run-inspect.ts';

import { entry, filled, first, library } from './inspected-data.ts';

describe('a dump', () => {
  test('is the content of every document under the target, a line each', async () => {
    using folder = await filled();
    const { heads } = await makeDocument(first, entry);
    const { output } = await runInspect(folder.path, undefined, { dump: true });
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines[1]).toEqual({
      namespace: library,
      id: first,
      url: `automerge:${first}`,
      heads,
      type: 'xyz.groundmist.library.entry',
      content: entry,
    });
    const counts = { xyz: 3, [library]: 2, [`${library}.entry`]: 1, [first]: 1 };
    for (const [target, count] of Object.entries(counts)) {
      const part = await runInspect(folder.path, target, { dump: true });
      expect(part.output.trimEnd().split('\n')).toHaveLength(count);
    }
  });
});

test('beside a running server every form leaves the data directory as it is', async () => {
  using folder = temporaryFolder();
  await using writer = startWriter(folder.path, library);
  await writer.tell('open');
  await writer.write(await makeDocument(first, entry));
  const before = folderState(folder.path);
  for (const target of [undefined, 'xyz', library, `${library}.entry`, first]) {
    for (const options of [{}, { json: true }, { dump: true }]) {
      expect((await runInspect(folder.path, target, options)).failure).toBeUndefined();
    }
  }
  expect(folderState(folder.path)).toEqual(before);
});
