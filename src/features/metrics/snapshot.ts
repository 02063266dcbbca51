import type { Core, Measures } from '../../core/core.ts';
import type { FenceLoad } from '../../core/fence/fence-measures.ts';
import type { StoreState } from '../../core/store/store-states.ts';
import type { HubCounts } from '../../core/sync/hub.ts';
import type { Hubs } from '../../core/sync/hubs.ts';
import type { DiskRoom } from '../../platform/files.ts';
import type { Distribution } from '../../platform/histogram.ts';
import type { LoopLag } from '../../platform/loop-lag.ts';
import { residentBytes } from '../../platform/process-memory.ts';
import { openFilesCount, openFilesLimit } from '../../platform/processes.ts';
import type { AnswersOfOwner } from './answers-of-owner.ts';

/** All that the metrics are read from, as it was at one moment. */
export interface Snapshot {
  readonly measures: Measures;
  readonly answersOfOwner: AnswersOfOwner;
  readonly store: 'sqlite' | 'nodefs';
  readonly isReady: boolean;
  readonly isWritable: boolean;
  readonly disk: DiskRoom;
  readonly namespaces: readonly StoreState[];
  readonly hubs: readonly HubCounts[];
  readonly waiting: ReturnType<Hubs['waiting']>;
  readonly fence: FenceLoad;
  readonly sessions: number;
  readonly devices: number;
  readonly approvalsWaiting: number;
  readonly report: ReturnType<Core['reports']['read']>;
  readonly loopLag: Distribution;
  readonly process: ProcessFacts;
}

export interface ProcessFacts {
  readonly cpuSeconds: number;
  readonly residentBytes: number | undefined;
  readonly openFiles: number | undefined;
  readonly mostOpenFiles: number | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Counting what is stored means looking at every document: at most once in so long, when all is open. */
const countedEveryMs = 60_000;

export interface Watched {
  readonly core: Core;
  readonly answersOfOwner: AnswersOfOwner;
  readonly loopLag: LoopLag;
}

/** Takes snapshots of a server. */
export class Snapshots {
  readonly #watched: Watched;
  readonly #startedAt: number;
  #counted: { readonly namespaces: readonly StoreState[]; readonly atMs: number } | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#startedAt = watched.core.clock.now();
  }

  async take(): Promise<Snapshot> {
    const { core, answersOfOwner, loopLag } = this.#watched;
    const uses = [...core.sessions.usesByDevice().values()];
    return {
      measures: core.measures,
      answersOfOwner,
      store: core.stores.backend,
      isReady: core.whyNotReady().length === 0,
      isWritable: core.stores.disk.whyReadOnly === undefined,
      disk: core.stores.disk.room,
      namespaces: await this.#namespaces(),
      hubs: [...core.hubs.counts().values()],
      waiting: core.hubs.waiting(),
      fence: core.fenceLoad(),
      sessions: uses.reduce((sum, { count }) => sum + count, 0),
      devices: uses.length,
      approvalsWaiting: core.access.list().approvals.length,
      report: core.reports.read(),
      loopLag: loopLag.read(),
      process: this.#process(),
    };
  }

  async #namespaces(): Promise<readonly StoreState[]> {
    const { clock, stores } = this.#watched.core;
    const atMs = clock.elapsed();
    if (this.#counted && atMs - this.#counted.atMs < countedEveryMs) return this.#counted.namespaces;
    const namespaces = await stores.states();
    const isOpening = namespaces.some(({ kind }) => kind === 'opening');
    this.#counted = isOpening ? undefined : { namespaces, atMs };
    return namespaces;
  }

  #process(): ProcessFacts {
    const { user, system } = process.cpuUsage();
    return {
      cpuSeconds: (user + system) / 1_000_000,
      residentBytes: residentBytes(),
      openFiles: openFilesCount(process.pid),
      mostOpenFiles: openFilesLimit('self'),
      startedAt: this.#startedAt,
    };
  }
}
