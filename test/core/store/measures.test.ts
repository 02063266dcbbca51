import { expect, test } from 'bun:test';
import { Stores } from '../../../src/core/store/stores.ts';
import { diskFiles } from '../../../src/core/store/nodefs/store-files.ts';
import { StoreMeasures } from '../../../src/core/store/store-measures.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyFiles } from '../../support/faulty-files.ts';
import { sharedFence } from '../../support/fence.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { testNamespace } from '../../support/hub.ts';
import { openNodefs } from '../../support/nodefs.ts';
import { codeOf } from '../../support/rejection.ts';
import { SampleDocument, sampleId } from '../../support/sample-documents.ts';

test.each(['sqlite', 'nodefs'] as const)(
  '%s counts writes, and what was committed together once',
  async (backend) => {
    using folder = temporaryFolder();
    const stores = new Stores({
      dataDirectory: folder.path,
      clock: systemClock,
      fence: sharedFence(),
      backend,
    });
    const store = await stores.open(testNamespace);
    const document = new SampleDocument();
    const addition = document.addition();
    await Promise.all(Array.from({ length: 10 }, (_, n) => store.append(sampleId(n), addition)));
    const { count, sum } = stores.measures.commits.read();
    expect([count, stores.measures.writes, stores.measures.failedWrites]).toEqual([1, 10, 0]);
    expect(sum).toBeGreaterThan(0);
    await store.append(sampleId(20), addition);
    expect([stores.measures.commits.read().count, stores.measures.writes]).toEqual([2, 11]);
    await stores.close();
  },
);

test('a file that could not be written is a failed write', async () => {
  using folder = temporaryFolder();
  const files = new FaultyFiles(diskFiles, { code: 'ENOSPC', effect: 'never' });
  const measures = new StoreMeasures();
  const store = await openNodefs(folder.path, { files, measures });
  files.arm(1);
  expect(await codeOf(store.append(sampleId(1), new SampleDocument().addition()))).toBe('StoreUnavailable');
  expect([measures.writes, measures.failedWrites]).toEqual([1, 1]);
  await store.close();
});
