/* Run by the contract suite as a process of its own, to be killed while it writes. */
import { openNodefs } from '../../../support/nodefs.ts';
import { lastSequence, sampleId, SampleDocument } from '../../../support/sample-documents.ts';

const [, , directory = ''] = process.argv;
const store = await openNodefs(directory);
const documents = Array.from({ length: 5 }, (_, number) => ({
  id: sampleId(number),
  document: new SampleDocument(),
}));

for (let entries = 1; ; entries += 1) {
  await Promise.all(
    documents.map(async ({ id, document }, number) => {
      await store.append(id, document.write(`entry ${entries}`).addition());
      process.stdout.write(`${id} ${entries}\n`);
      const throughSequence = lastSequence(await store.load(id));
      if ((entries + number) % 3 === 0) await store.compact(id, document.compaction(throughSequence));
      else await store.vouch(id, { interiors: new Map(), throughSequence });
    }),
  );
}
