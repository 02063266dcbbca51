/* Run beside a reader: holds the data directory, edits documents without a pause, and prints how many edits each has once they are acknowledged. */
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { Stores } from '../../../src/core/store/stores.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { sharedFence } from '../../support/fence.ts';
import { forgedChunk } from '../../support/forged-chunk.ts';
import { sampleId } from '../../support/sample-documents.ts';

const [, , dataDirectory = ''] = process.argv;
const documents = 20;
using _ = lockDataDirectory(dataDirectory, { pid: process.pid, startedAt: 0, listen: 'nowhere' });
const stores = new Stores({ dataDirectory, clock: systemClock, fence: sharedFence() });
const store = await stores.open(parseNamespace('xyz.groundmist.library'));

for (let edits = 1; ; edits += 1) {
  await Promise.all(
    Array.from({ length: documents }, async (__, number) => {
      const { bytes, hash } = forgedChunk(1, 900);
      await store.append(sampleId(number), { chunks: [bytes], heads: [hash] });
    }),
  );
  process.stdout.write(`${edits}\n`);
}
