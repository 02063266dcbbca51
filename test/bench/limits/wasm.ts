import { makeDocuments } from '../corpus/documents.ts';
import type { Limit } from './limit.ts';

const warmUp = 100;
const count = 500;

/** What Automerge itself takes to load a small document and say its heads. */
export async function wasmLimit(): Promise<Limit> {
  const { free, getHeads, load } = await import('@automerge/automerge');
  const documents = await makeDocuments(warmUp + count);
  const ingest = (saved: Uint8Array): void => {
    const document = load(saved);
    getHeads(document);
    free(document);
  };
  for (const { saved } of documents.slice(0, warmUp)) ingest(saved);
  const before = process.cpuUsage();
  for (const { saved } of documents.slice(warmUp)) ingest(saved);
  const { user, system } = process.cpuUsage(before);
  return {
    measure: 'CPU of Automerge for a 1 KB document loaded',
    value: (user + system) / 1000 / count,
    unit: 'ms',
  };
}
