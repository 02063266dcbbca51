import { parseArgs } from 'node:util';

export interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly store: string;
  readonly devices: number;
  /** Documents that are there before the first device comes. */
  readonly library: number;
  readonly isUpdate: boolean;
}

export const usage = `bun run soak [--minutes <n> | --seconds <n>] [--seed <n>] [--store sqlite|nodefs] [--update]

  --minutes  how long, 30 by default
  --seconds  the same for a look; growth is judged from fifteen minutes on
  --seed     repeats the choices of a run
  --store    which backend keeps the documents
  --update   also writes the result into docs/operations/soak.md

Exit code 0: all was well, of what so long a run can judge; 1: something grew, diverged or was lost, or the run could not be made; 2: these words
are no run.`;

/** Words that are no run. */
export class UsageError extends Error {}

const stores: readonly string[] = ['sqlite', 'nodefs'];
/** More than the cache of documents holds: each counts as 50 of its 100,000 changes. */
const usualLibrary = 3_000;
const shortSeconds = 120;

/** Undefined where help is wanted; throws `UsageError` for what is not an option. */
export function parseOptions(args: readonly string[]): Options | undefined {
  const { help, update, store = 'sqlite', ...values } = parseValues(args);
  if (help === true) return undefined;
  const seconds =
    toNumber('seconds', values.seconds ?? '') ?? (toNumber('minutes', values.minutes ?? '') ?? 30) * 60;
  const seed = toNumber('seed', values.seed ?? '') ?? Math.floor(Math.random() * 2 ** 32);
  if (seconds <= 0) throw new UsageError('A run takes more than no time.');
  if (!Number.isInteger(seed)) throw new UsageError('A seed is a whole number.');
  if (!stores.includes(store)) throw new UsageError(`${store} is no store: it is ${stores.join(' or ')}.`);
  const isShort = seconds < shortSeconds;
  return {
    seconds,
    seed,
    store,
    devices: isShort ? 4 : 12,
    library: isShort ? 200 : usualLibrary,
    isUpdate: update ?? false,
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        store: { type: 'string' },
        update: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined where nothing was said. */
function toNumber(name: string, text: string): number | undefined {
  if (text === '') return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name} takes a number, and ${text} is none.`);
  return Number(text);
}
