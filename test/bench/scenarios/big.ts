import { makeBigDocument } from '../corpus/big-document.ts';
import { timesBetter } from '../report/goal.ts';
import { Home } from '../servers/home.ts';
import { fetchDocuments } from '../wire/fetch-documents.ts';
import { upload } from '../wire/upload.ts';
import type { Scenario } from './scenario.ts';

/** A long text with all its history. */
export const big: Scenario = {
  name: 'big',
  rounds: ({ name }) => (name === 'full' ? 3 : 1),
  rows: () => [
    {
      id: 'big-ingest',
      measure: '5 MB text with 41k changes: ingest',
      unit: 'ms',
      better: 'less',
      goal: timesBetter(500),
    },
    { id: 'big-fetch', measure: 'the same: first fetch', unit: 'ms', better: 'less', goal: timesBetter(500) },
  ],
  async measure(kind) {
    const documents = [await makeBigDocument()];
    await using home = await Home.create(kind);
    await home.server.quiet();
    const taking = home.meter();
    await upload(await home.peer(), documents);
    const taken = taking.lap();
    await home.server.quiet();
    await home.restart();
    await home.server.quiet();
    const peer = await home.peer();
    const giving = home.meter();
    const missing = await fetchDocuments(peer, documents);
    const given = giving.lap();
    if (missing > 0) throw new Error('the document is missing after a restart');
    return {
      'big-ingest': { value: taken.wallMs, generatorShare: taken.generatorShare },
      'big-fetch': { value: given.wallMs, generatorShare: given.generatorShare },
    };
  },
};
