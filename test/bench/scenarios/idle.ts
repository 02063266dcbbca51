import { atMost } from '../report/goal.ts';
import { Home } from '../servers/home.ts';
import { openFilesLimit } from '../servers/process-tree.ts';
import type { Peer } from '../wire/peer.ts';
import type { Scenario } from './scenario.ts';
import { short } from './sizes.ts';

const warmUp = 20;
const atOnce = 100;
const spareFiles = 500;
const msPerSocket = 1;

/** Sockets that joined and say nothing. */
export const idle: Scenario = {
  name: 'idle',
  rounds: () => 1,
  rows: ({ sockets }) => [
    {
      id: 'idle-memory',
      measure: `memory per idle connection at ${short(sockets)}`,
      unit: 'KB',
      better: 'less',
      goal: atMost(3, 'KB'),
    },
    {
      id: 'idle-join',
      measure: `${short(sockets)} idle sockets joined`,
      unit: 's',
      better: 'less',
      goal: atMost((sockets * msPerSocket) / 1000, 's'),
    },
  ],
  async measure(kind, { sockets }) {
    if (openFilesLimit() < sockets + spareFiles) {
      throw new Error(
        `${sockets} sockets need a higher limit of open files: ulimit -n ${sockets + spareFiles}`,
      );
    }
    await using home = await Home.create(kind, sockets + warmUp);
    const peers: Peer[] = [...(await home.peers(warmUp))];
    await home.server.quiet();
    const baseBytes = home.server.usage().rssBytes;
    const meter = home.meter();
    for (let joined = 0; joined < sockets; joined += atOnce) {
      peers.push(...(await home.peers(Math.min(atOnce, sockets - joined))));
    }
    const { wallMs, generatorShare } = meter.lap();
    await home.server.quiet();
    const { rssBytes } = home.server.usage();
    for (const peer of peers) peer.close();
    return {
      'idle-memory': { value: (rssBytes - baseBytes) / 1000 / sockets, generatorShare },
      'idle-join': { value: wallMs / 1000, generatorShare },
    };
  },
};
