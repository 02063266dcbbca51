import { Dispatcher, mostJobBytes, type DispatcherOptions } from './dispatcher.ts';
import { FenceMeasures, type FenceLoad } from './fence-measures.ts';
import { packHashes, unpackHashes } from './hashes.ts';
import type { Outcome, Refused, Urgency } from './job.ts';
import { judgeAdditions, type Judgement } from './judge.ts';
import type { Operation } from './request.ts';

/** 32 bytes for each change inside a document chunk, in the order of the chunk's change columns. */
export type Interior = Uint8Array;

export type Opened =
  | { readonly kind: 'opened'; readonly heads: readonly string[]; readonly interior: Interior }
  | Refused;
export type Extracted = { readonly kind: 'extracted'; readonly changes: readonly Uint8Array[] } | Refused;
export type Compacted =
  | {
      readonly kind: 'compacted';
      readonly snapshot: Uint8Array;
      readonly heads: readonly string[];
      readonly interior: Interior;
    }
  | Refused;

/**
 * Automerge in a process of its own, which holds no state: what it does with a document that was made to
 * harm ends that process, never the server. All throw `StoreUnavailable` where that process cannot be started or
 * the fence is closed, and `Busy` where too much waits for it.
 */
export interface Fence {
  /** Opens one document chunk alone: its true heads (sorted) and the hashes inside. Refused where it does not load or its heads are not what it claims. */
  open(chunk: Uint8Array, urgency: Urgency): Promise<Opened>;
  /** The change chunks with these hashes, out of stored chunks (oldest first), in dependency order. */
  extract(chunks: readonly Uint8Array[], hashes: readonly string[]): Promise<Extracted>;
  /**
   * All chunks as one, loaded again to be sure that it has the same heads and hashes. Changes that wait for others are
   * not in it; refused where something else would be missing.
   */
  compact(chunks: readonly Uint8Array[]): Promise<Compacted>;
  /**
   * Judges changes on top of good chunks: which of them Automerge refuses, panics at, or could not load again once the
   * document is saved with them; and those that depend on one of these, or on changes that are nowhere. Where it cannot be told
   * which they are, all that are not known to be good.
   */
  judge(
    chunks: readonly Uint8Array[],
    additions: readonly Uint8Array[],
    urgency: Urgency,
  ): Promise<Judgement>;
  readonly measures: FenceMeasures;
  load(): FenceLoad;
  /** Ends the process; what is pending fails with `StoreUnavailable`. */
  close(): Promise<void>;
}

/** What is asked of it about documents. */
export type DocumentFence = Pick<Fence, 'open' | 'extract' | 'compact' | 'judge'>;

const empty = new Uint8Array();
/** What a job costs while it waits, however small. */
const jobBytes = 512;

/** A fence whose process is `command` with one more argument, started when it is needed. */
export function createFence(options: Omit<DispatcherOptions, 'measures'>): Fence {
  const measures = new FenceMeasures();
  const dispatcher = new Dispatcher({ ...options, measures });
  const ask = asking(dispatcher, measures);
  return {
    measures,
    load: () => dispatcher.load,
    async open(chunk, urgency) {
      const outcome = await ask('open', [chunk], urgency);
      if (outcome.kind !== 'done') return refused(outcome);
      const [heads = empty, interior = empty] = outcome.parts;
      return { kind: 'opened', heads: unpackHashes(heads), interior };
    },
    async extract(chunks, hashes) {
      const outcome = await ask('extract', [joined(chunks), packHashes(hashes)], 'awaited');
      return outcome.kind === 'done' ? { kind: 'extracted', changes: outcome.parts } : refused(outcome);
    },
    async compact(chunks) {
      const outcome = await ask('compact', [joined(chunks)], 'background');
      if (outcome.kind !== 'done') return refused(outcome);
      const [snapshot = empty, heads = empty, interior = empty] = outcome.parts;
      return { kind: 'compacted', snapshot, heads: unpackHashes(heads), interior };
    },
    async judge(chunks, additions, urgency) {
      const document = joined(chunks);
      if (sizeOf([document, ...additions]) > mostJobBytes)
        return { kind: 'tooLarge', reason: 'it is too large' };
      return judgeAdditions(
        additions,
        async (indices) => {
          const chosen = [document, ...indices.map((index) => additions[index] ?? empty)];
          const outcome = await ask('check', chosen, urgency);
          return outcome.kind === 'done' ? undefined : outcome;
        },
        options.limits.checksPerJudgement,
      );
    },
    close: () => dispatcher.close(),
  };
}

function asking(dispatcher: Dispatcher, { jobs }: FenceMeasures) {
  return (operation: Operation, parts: readonly Uint8Array[], urgency: Urgency): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      dispatcher.submit({
        operation,
        parts,
        sizeBytes: sizeOf(parts),
        urgency,
        deaths: 0,
        resolve(outcome) {
          jobs[operation].add(outcome.kind);
          resolve(outcome);
        },
        reject(error) {
          jobs[operation].add('failed');
          reject(error);
        },
      });
    });
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, jobBytes);
}

function refused({ reason }: { readonly reason: string }): Refused {
  return { kind: 'refused', reason };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only = empty, ...others] = chunks;
  return others.length === 0 ? only : Buffer.concat(chunks);
}
