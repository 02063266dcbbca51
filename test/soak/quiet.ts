import { Scrape } from '../support/scrape.ts';
import type { Crowd } from './clients/crowd.ts';
import type { Machine } from './machine/machine.ts';
import { measureDisk, type DiskUse } from './machine/sample.ts';

/** What the server holds while nobody writes and all clients are known. */
export interface QuietPoint {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Which server of those that ran one after another. */
  readonly life: number;
  /** Sockets that clients hold open, and connections that the server has. */
  readonly clients: number;
  readonly connections: number;
  readonly disk: DiskUse;
  readonly documentBytes: number;
  /** Of this server: how many documents left memory for others so far; and how many are followed or worked on. */
  readonly evictions: number;
  readonly openDocuments: number;
}

interface Parties {
  readonly machine: Machine;
  readonly crowd: Crowd;
  /** Clients beside the crowd. */
  readonly followers: number;
}

/** A reader that never reads holds its socket for a quarter of a minute, and an idle connection of HTTP may stay 20 seconds. */
const patienceMs = 40_000;
const lookEveryMs = 250;

/** Looks once what belongs to nobody any more is gone, or would have had the time to go. */
export async function lookWhileQuiet(parties: Parties, at: number): Promise<QuietPoint> {
  const deadline = performance.now() + patienceMs;
  const { machine } = parties;
  let held = hold(parties);
  while (held.clients !== held.connections && performance.now() < deadline) {
    await Bun.sleep(lookEveryMs);
    held = hold(parties);
  }
  const disk = measureDisk(machine.dataDirectory);
  const metrics = await Scrape.of(machine);
  return {
    at,
    life: machine.lives,
    ...held,
    disk,
    documentBytes: await storedBytes(machine),
    evictions: metrics.value('groundmist_document_evictions_total') ?? 0,
    openDocuments: metrics.value('groundmist_documents_open') ?? 0,
  };
}

function hold({ machine, crowd, followers }: Parties): Pick<QuietPoint, 'clients' | 'connections'> {
  const connected = crowd.devices.filter(({ isConnected }) => isConnected).length;
  return { clients: connected + followers, connections: machine.sample(0)?.connections ?? Number.NaN };
}

async function storedBytes(machine: Machine): Promise<number> {
  const tree = JSON.parse(await machine.run('inspect', '--json')) as {
    readonly namespaces: readonly { readonly bytes: number }[];
  };
  return tree.namespaces.reduce((sum, { bytes }) => sum + bytes, 0);
}
