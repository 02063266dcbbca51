/* Run by the contract suite as a process of its own, to be killed while it appends, vouches and compacts. */
import { join } from 'node:path';
import { systemClock } from '../../../src/platform/clock.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { lastSequence, sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { tailBeside } from '../../support/tail-beside.ts';

const [, , directory = ''] = process.argv;
const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
const store = new SqliteStore({
  database,
  tailPath: tailBeside(database),
  clock: systemClock,
  disk: roomyDisk(),
});
const documents = Array.from({ length: 5 }, (_, number) => ({
  number,
  id: sampleId(number),
  document: new SampleDocument(),
}));

for (let entries = 1; ; entries += 1) {
  await Promise.all(
    documents.map(async ({ number, id, document }) => {
      const adding = store.append(id, document.write(`entry ${entries}`).addition());
      const turn = (entries + number) % 4;
      if (turn === 0) await checkAndCompact(number);
      await adding;
      process.stdout.write(`${id} ${entries}\n`);
    }),
  );
}

/** Vouches for all that is stored, and puts a snapshot in its place, while the next append is under way. */
async function checkAndCompact(number: number): Promise<void> {
  const { id, document } = documents[number] ?? {};
  const throughSequence = id && lastSequence(await store.load(id));
  if (!id || !document || throughSequence === undefined || throughSequence < 0) return;
  await store.vouch(id, { interiors: new Map(), throughSequence });
  await store.compact(id, document.compaction(throughSequence));
}
