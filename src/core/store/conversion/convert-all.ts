import { Failure } from '../../failure.ts';
import type { Namespace } from '../../lexicon/namespace.ts';
import { toStoreFailure } from '../store-failure.ts';
import type { StoreBackend } from '../stores.ts';
import { putAside, putInForce, removeStaging, stageCopy, type ConvertOptions } from './convert.ts';
import type { Pending } from './pending.ts';

export interface Converted {
  readonly namespace: Namespace;
  readonly from: StoreBackend;
  readonly documentCount: number;
  /** The folders with what was there before. */
  readonly keptIn: readonly string[];
}

/** A namespace that cannot be moved whole, and why: a sentence. */
export interface Unmovable {
  readonly namespace: Namespace;
  readonly from: StoreBackend;
  readonly error: string;
}

export interface Conversion {
  readonly converted: readonly Converted[];
  /** Where there is one, all namespaces stay as they were. */
  readonly damaged: readonly Unmovable[];
}

/**
 * Moves namespaces from one backend to the other: all of them or none, for a server starts with neither setting while some are
 * on either side. Only once every one is copied and compared they are put in force, one after the other; a run that is
 * killed there is ended by the next. Nothing but an unfinished copy is ever deleted.
 */
export async function convertNamespaces(
  pending: readonly Pending[],
  options: ConvertOptions,
): Promise<Conversion> {
  const converted: Converted[] = [];
  for (const one of pending.filter(({ step }) => step === 'clear')) {
    const keptIn = await inOneOf(one, options, () => putAside(one, options));
    converted.push({ namespace: one.namespace, from: one.from, documentCount: 0, keptIn });
  }
  const copies = pending.filter(({ step }) => step === 'copy');
  try {
    const { staged, damaged } = await stageAll(copies, options);
    if (damaged.length > 0) return { converted, damaged };
    for (const [one, documentCount] of staged) {
      const keptIn = await inOneOf(one, options, () => putInForce(one, options));
      converted.push({ namespace: one.namespace, from: one.from, documentCount, keptIn });
    }
    return { converted, damaged };
  } finally {
    for (const { namespace } of copies) removeStaging(options.dataDirectory, namespace);
  }
}

interface Staged {
  /** With how many documents it has. */
  readonly staged: ReadonlyMap<Pending, number>;
  readonly damaged: readonly Unmovable[];
}

/** Goes on after one that is damaged, so that all that is to be mended is known at once. */
async function stageAll(copies: readonly Pending[], options: ConvertOptions): Promise<Staged> {
  const staged = new Map<Pending, number>();
  const damaged: Unmovable[] = [];
  for (const one of copies) {
    options.signal.throwIfAborted();
    try {
      staged.set(one, await inOneOf(one, options, () => stageCopy(one, options)));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'StoreDamaged') throw error;
      damaged.push({ namespace: one.namespace, from: one.from, error: error.message });
    }
  }
  return { staged, damaged };
}

async function inOneOf<Result>(
  { namespace }: Pending,
  { signal }: ConvertOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw toStoreFailure(error, `The store of ${namespace}`);
  }
}
