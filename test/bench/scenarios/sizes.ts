/** How much of everything. */
export interface Sizes {
  readonly name: 'short' | 'usual' | 'full';
  /** Of the scenarios that are over soon. */
  readonly rounds: number;
  readonly documents: number;
  /** How many documents are stored before each look at the rate. */
  readonly growth: readonly number[];
  /** How many more give the rate. */
  readonly rateSample: number;
  /** The stock server stops here: it takes ever longer for one document. */
  readonly stockGrowth: number;
  /** How long the memory may take to come back. */
  readonly leftMs: number;
  readonly starts: number;
  readonly sockets: number;
  readonly propagationMs: number;
  readonly fanOutMs: number;
  readonly isolatedEdits: number;
  readonly concurrentEdits: number;
  readonly slowMs: number;
}

export const sizesByName: Readonly<Record<Sizes['name'], Sizes>> = {
  short: {
    name: 'short',
    rounds: 1,
    documents: 300,
    growth: [0, 300],
    rateSample: 200,
    stockGrowth: 300,
    leftMs: 5000,
    starts: 1,
    sockets: 1000,
    propagationMs: 3000,
    fanOutMs: 2000,
    isolatedEdits: 20,
    concurrentEdits: 20,
    slowMs: 0,
  },
  usual: {
    name: 'usual',
    rounds: 2,
    documents: 2000,
    growth: [0, 5000, 10_000],
    rateSample: 500,
    stockGrowth: 10_000,
    leftMs: 60_000,
    starts: 5,
    sockets: 5000,
    propagationMs: 10_000,
    fanOutMs: 6000,
    isolatedEdits: 40,
    concurrentEdits: 50,
    slowMs: 8000,
  },
  full: {
    name: 'full',
    rounds: 5,
    documents: 2000,
    growth: [0, 5000, 10_000, 20_000, 50_000],
    rateSample: 500,
    stockGrowth: 10_000,
    leftMs: 60_000,
    starts: 9,
    sockets: 10_000,
    propagationMs: 20_000,
    fanOutMs: 10_000,
    isolatedEdits: 100,
    concurrentEdits: 200,
    slowMs: 8000,
  },
};

/** 5000 as `5k`. */
export function short(count: number): string {
  return count >= 1000 ? `${count / 1000}k` : String(count);
}
