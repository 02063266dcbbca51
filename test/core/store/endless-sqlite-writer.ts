/* Run by the contract suite as a process of its own, to be killed while it writes. */
import { join } from 'node:path';
import { systemClock } from '../../../src/platform/clock.ts';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { sampleId, SampleDocument } from '../../support/sample-documents.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';

const [, , directory = ''] = process.argv;
const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
const store = new SqliteStore({ database, clock: systemClock, disk: roomyDisk() });
const documents = Array.from({ length: 5 }, (_, number) => ({
  id: sampleId(number),
  document: new SampleDocument(),
}));

for (let entries = 1; ; entries += 1) {
  await Promise.all(
    documents.map(async ({ id, document }) => {
      await store.append(id, document.write(`entry ${entries}`).addition());
      process.stdout.write(`${id} ${entries}\n`);
    }),
  );
}
