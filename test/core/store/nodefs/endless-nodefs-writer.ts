/* Run by the contract suite as a process of its own, to be killed while it appends, vouches and compacts. */
import { openNodefs } from '../../../support/nodefs.ts';
import { lastSequence, sampleId, SampleDocument } from '../../../support/sample-documents.ts';

const [, , directory = ''] = process.argv;
const store = await openNodefs(directory);
const documents = Array.from({ length: 5 }, (_, number) => ({
  number,
  id: sampleId(number),
  document: new SampleDocument(),
}));

for (let entries = 1; ; entries += 1) {
  await Promise.all(
    documents.map(async ({ number, id, document }) => {
      const adding = store.append(id, document.write(`entry ${entries}`).addition());
      if ((entries + number) % 4 === 0) await checkAndCompact(number);
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
