import type { Socket } from 'node:net';
import { silentSocket, handshake } from '../../e2e/silent-socket.ts';
import { makePictureChain } from '../corpus/chain.ts';
import { atMost } from '../report/goal.ts';
import { percentileOf } from '../report/statistics.ts';
import { Home, type ServerKind } from '../servers/home.ts';
import { documentFrame, joinFrame } from '../wire/peer.ts';
import { emptyMessage } from '../wire/sync-codec.ts';
import type { Scenario } from './scenario.ts';
import { editSteadily, setStage } from './stage.ts';

/** More than the queue that a slow peer may have and what the system holds of a connection, together. */
const pictureBytes = 32 * 1024;
const pictureCount = 1200;
const watchers = 3;
const sampleMs = 100;
const queueMegabytes = 16.8;

/** Somebody asks for a document, reads nothing of it, and much happens to the document. */
export const slowReader: Scenario = {
  name: 'slow-reader',
  rounds: ({ name, rounds }) => (name === 'short' ? 0 : Math.min(rounds, 2)),
  rows: () => [
    {
      id: 'slow-memory',
      measure: 'RSS for one who never reads 39 MB of changes',
      unit: 'MB',
      better: 'less',
      goal: atMost(queueMegabytes, 'MB'),
    },
    {
      id: 'slow-others',
      measure: 'p99 of the others beside it, of that without',
      unit: '%',
      better: 'less',
      goal: atMost(150, '%'),
    },
  ],
  async measure(kind, { slowMs }) {
    const without = await watch(kind, slowMs, async () => undefined);
    const beside = await watch(kind, slowMs, readNothing);
    return {
      'slow-memory': {
        value: Math.max(0, beside.peakBytes - without.peakBytes) / 1e6,
        generatorShare: beside.generatorShare,
      },
      'slow-others': { value: (100 * beside.p99Ms) / without.p99Ms },
    };
  },
};

async function readNothing(home: Home, documentId: string): Promise<Socket> {
  const url = home.nextUrl();
  const senderId = 'bench-slow';
  const request = documentFrame({ type: 'request', senderId, documentId, data: emptyMessage }, '');
  return silentSocket(Number(new URL(url).port), handshake(url, [joinFrame(senderId), request]));
}

async function watch(
  kind: ServerKind,
  forMs: number,
  disturb: (home: Home, documentId: string) => Promise<Socket | undefined>,
) {
  const chain = await makePictureChain(pictureCount, pictureBytes);
  await using home = await Home.create(kind, watchers + 3);
  const sentAt: number[] = [];
  const latenciesMs: number[] = [];
  const editor = await setStage(
    home,
    chain,
    (place) => latenciesMs.push(performance.now() - (sentAt[place] ?? Number.NaN)),
    watchers,
  );
  const disturbing = await disturb(home, chain.base.id);
  let peakBytes = 0;
  const sample = (): void => void (peakBytes = Math.max(peakBytes, home.server.usage().rssBytes));
  const sampling = setInterval(sample, sampleMs);
  const meter = home.meter();
  const pace = { everyMs: forMs / pictureCount, count: pictureCount };
  await editSteadily(editor, pace, (place) => (sentAt[place] = performance.now()));
  await home.server.quiet();
  clearInterval(sampling);
  disturbing?.destroy();
  return { peakBytes, p99Ms: percentileOf(latenciesMs, 99), generatorShare: meter.lap().generatorShare };
}
