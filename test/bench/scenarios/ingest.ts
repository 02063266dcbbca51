import { makeDocuments } from '../corpus/documents.ts';
import { timesBetter } from '../report/goal.ts';
import { Home } from '../servers/home.ts';
import { fetchDocuments } from '../wire/fetch-documents.ts';
import { upload } from '../wire/upload.ts';
import type { Scenario } from './scenario.ts';

/** New documents one after the other, a restart, and all of them to somebody who has none. */
export const ingest: Scenario = {
  name: 'ingest',
  rounds: ({ rounds }) => rounds,
  rows: () => [
    {
      id: 'ingest-ack',
      measure: 'CPU per 1 KB document ingested, at the ack',
      unit: 'ms',
      better: 'less',
      goal: timesBetter(40),
    },
    {
      id: 'ingest-validated',
      measure: 'the same, validation included',
      unit: 'ms',
      better: 'less',
      goal: timesBetter(6),
    },
    {
      id: 'first-document',
      measure: 'first document after a restart',
      unit: 'ms',
      better: 'less',
      goal: timesBetter(30),
    },
    {
      id: 'fetch',
      measure: 'CPU per document, cold fetch',
      unit: 'ms',
      better: 'less',
      goal: timesBetter(50),
    },
  ],
  async measure(kind, sizes) {
    const documents = await makeDocuments(sizes.documents);
    await using home = await Home.create(kind);
    await home.server.quiet();
    const taking = home.meter();
    await upload(await home.peer(), documents);
    const atAck = taking.lap();
    await home.server.quiet();
    const validated = taking.lap();
    await home.restart();
    await home.server.quiet();
    const peer = await home.peer();
    const opening = home.meter();
    await fetchDocuments(peer, documents.slice(0, 1));
    const first = opening.lap();
    const giving = home.meter();
    const others = documents.slice(1);
    const missing = await fetchDocuments(peer, others);
    const given = giving.lap();
    if (missing > 0) throw new Error(`${missing} documents are missing after a restart`);
    const { generatorShare } = atAck;
    return {
      'ingest-ack': { value: atAck.cpuMs / documents.length, generatorShare },
      'ingest-validated': { value: validated.cpuMs / documents.length, generatorShare },
      'first-document': { value: first.wallMs, generatorShare: first.generatorShare },
      fetch: { value: given.cpuMs / others.length, generatorShare: given.generatorShare },
    };
  },
};
