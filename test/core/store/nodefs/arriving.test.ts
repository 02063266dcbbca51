import { expect, test } from 'bun:test';
import { diskFiles } from '../../../../src/core/store/nodefs/store-files.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { openNodefs } from '../../../support/nodefs.ts';
import {
  bytesOf,
  lastSequence,
  readEntries,
  sampleId,
  SampleDocument,
} from '../../../support/sample-documents.ts';

const id = sampleId(1);

test('what lies in its place and is not yet on disk is no part of its document', async () => {
  using directory = temporaryFolder();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const files = {
    ...diskFiles,
    async syncFolder(path: string): Promise<void> {
      asked.resolve();
      await answer.promise;
      await diskFiles.syncFolder(path);
    },
  };
  const store = await openNodefs(directory.path, { files });
  const appending = store.append(id, new SampleDocument().write('a').addition());
  await asked.promise;
  expect(await store.load(id)).toBeUndefined();
  expect(await store.facts(id)).toBeUndefined();
  answer.resolve();
  await appending;
  expect(readEntries(await store.load(id))).toEqual(['a']);
  await store.close();
});

test('while a snapshot is on its way the document is what it was, and appends go on', async () => {
  using directory = temporaryFolder();
  const first = await openNodefs(directory.path);
  const document = new SampleDocument();
  for (const entry of ['a', 'b']) await first.append(id, document.write(entry).addition());
  await first.close();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const files = {
    ...diskFiles,
    async syncFolder(path: string): Promise<void> {
      if (path.endsWith('snapshot')) {
        asked.resolve();
        await answer.promise;
      }
      await diskFiles.syncFolder(path);
    },
  };
  const store = await openNodefs(directory.path, { files });
  const before = await store.load(id);
  const compaction = document.compaction(lastSequence(before));
  const compacting = store.compact(id, compaction);
  await asked.promise;
  expect(await store.load(id)).toEqual(before);
  const appending = store.append(id, document.write('c').addition());
  answer.resolve();
  await Promise.all([compacting, appending]);
  const stored = await store.load(id);
  expect(bytesOf(stored)[0]).toEqual(compaction.snapshot);
  expect(readEntries(stored)).toEqual(['a', 'b', 'c']);
  await store.close();
});
