import { encode } from '@automerge/automerge-repo/helpers/cbor.js';
import * as Automerge from '@automerge/automerge';
import { handshake, silentSocket } from '../e2e/silent-socket.ts';
import { hostileFrames } from '../support/hostile-frames.ts';
import { RawPeer } from '../support/raw-peer.ts';
import type { Crowd } from './clients/crowd.ts';
import { pick, type Random } from './clients/edits.ts';
import type { Machine } from './machine/machine.ts';
import { childrenOf } from './machine/sample.ts';

/** A document that a hostile app has, of which it speaks. */
export interface Victim {
  readonly documentId: string;
  readonly doc: Automerge.Doc<Record<string, unknown>>;
}

export interface FaultContext {
  readonly machine: Machine;
  readonly crowd: Crowd;
  readonly random: Random;
  /** The socket URL of an app that was let in and means harm. */
  readonly hostileUrl: string;
  readonly victim: Victim;
}

export interface Fault {
  readonly name: string;
  /** Whether the server is another process afterwards. */
  readonly isRestart: boolean;
  /** False where there was nothing to strike at. */
  readonly strike: (context: FaultContext) => Promise<boolean>;
}

const slowForMs = 15_000;
const fullForMs = 4_000;
const frozenForMs = 1_500;
const childPatienceMs = 4_000;

export const faults: readonly Fault[] = [
  {
    name: 'kill -9 of the server',
    isRestart: true,
    async strike({ machine, random }) {
      await machine.server.kill();
      await Bun.sleep(random() * 1_500);
      await machine.start();
      return true;
    },
  },
  {
    name: 'SIGTERM and restart',
    isRestart: true,
    async strike({ machine, random }) {
      await machine.stop();
      await Bun.sleep(random() * 1_000);
      await machine.start();
      return true;
    },
  },
  {
    name: 'many sockets cut at once',
    isRestart: false,
    async strike({ crowd }) {
      crowd.cut(0.6);
      return true;
    },
  },
  {
    name: 'a reader that never reads',
    isRestart: false,
    async strike({ machine, crowd, hostileUrl, random }) {
      const senderId = `slow-${Math.floor(random() * 1e9)}`;
      const ids = crowd.devices.flatMap(({ documentIds }) => documentIds.slice(0, 3));
      const frames = [
        encode({ type: 'join', senderId, supportedProtocolVersions: ['1'] }),
        ...ids.map((documentId) => encode({ type: 'request', senderId, documentId, data: asking })),
      ];
      const socket = await silentSocket(machine.home.port, handshake(hostileUrl, frames));
      setTimeout(() => socket.destroy(), slowForMs);
      return true;
    },
  },
  {
    name: 'hostile frames of an app that was let in',
    isRestart: false,
    async strike({ hostileUrl, victim, random }) {
      const frames = pick(random, hostileFrames);
      const peer = await RawPeer.join(hostileUrl).catch(() => undefined); // The server may just not take it.
      if (!peer || !frames) return false;
      for (const frame of await frames.make({ ...victim, senderId: peer.peerId })) peer.sendBytes(frame);
      if (frames.closing) await peer.closing();
      peer.close();
      return true;
    },
  },
  {
    name: 'garbage of an app that was let in',
    isRestart: false,
    async strike({ hostileUrl, random }) {
      const peer = await RawPeer.join(hostileUrl).catch(() => undefined);
      if (!peer) return false;
      const length = Math.floor(random() * 2_000);
      peer.sendBytes(Uint8Array.from({ length }, () => random() * 256));
      peer.sendText('text');
      await peer.closing();
      return true;
    },
  },
  {
    name: 'Automerge killed',
    isRestart: false,
    async strike({ machine }) {
      const deadline = performance.now() + childPatienceMs;
      while (performance.now() < deadline) {
        const [child] = childrenOf(machine.server.pid);
        if (child !== undefined && isKilled(child)) return true;
        await Bun.sleep(5);
      }
      return false;
    },
  },
  {
    name: 'the machine sleeps',
    isRestart: false,
    async strike({ machine }) {
      machine.server.signal('SIGSTOP');
      await Bun.sleep(frozenForMs);
      machine.server.signal('SIGCONT');
      return true;
    },
  },
  {
    name: 'the disk is full',
    isRestart: false,
    async strike({ machine: { disk } }) {
      if (!disk) return false;
      disk.fill();
      await Bun.sleep(fullForMs);
      disk.makeRoom();
      return true;
    },
  },
  {
    name: 'a backup meanwhile',
    isRestart: false,
    async strike({ machine }) {
      await machine.run('backup', 'create', '--to', machine.backupDirectory, '--plain');
      return true;
    },
  },
];

/** Nothing known, nothing wanted but all there is. */
const asking =
  Automerge.generateSyncMessage(Automerge.init(), Automerge.initSyncState())[1] ?? new Uint8Array();

/** False where it has ended by itself meanwhile. */
function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
