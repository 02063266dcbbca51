import type { BenchDocument } from '../corpus/documents.ts';
import type { Home } from '../servers/home.ts';
import { fetchDocuments } from '../wire/fetch-documents.ts';

const sampleMs = 500;
const backAgain = 1.2;

/** Memory before every document is given to a peer, then, and once the peer has left; that ends as soon as it is back. */
export async function touchAll(home: Home, documents: readonly BenchDocument[], patienceMs: number) {
  await home.restart();
  await home.server.quiet();
  const baseBytes = home.server.usage().rssBytes;
  const peer = await home.peer();
  const meter = home.meter();
  await fetchDocuments(peer, documents);
  const { generatorShare } = meter.lap();
  await home.server.quiet();
  const touchedBytes = home.server.usage().rssBytes;
  peer.close();
  const deadline = performance.now() + patienceMs;
  let leftBytes = touchedBytes;
  while (leftBytes > baseBytes * backAgain && performance.now() < deadline) {
    await Bun.sleep(sampleMs);
    leftBytes = home.server.usage().rssBytes;
  }
  return { baseBytes, touchedBytes, leftBytes, generatorShare };
}
