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

const usage = `bun run soak [--minutes <n> | --seconds <n>] [--seed <n>] [--store sqlite|nodefs] [--update]

  --minutes  how long, 30 by default
  --seconds  the same for a look; growth is judged from five minutes on
  --seed     repeats the choices of a run
  --store    which backend keeps the documents
  --update   also writes the result into docs/operations/soak.md`;

/** More than the cache of documents holds: each counts as 50 of its 100,000 changes. */
const usualLibrary = 3_000;
const shortSeconds = 120;

/** Throws a sentence and the usage for what is not an option. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      store: { type: 'string' },
      update: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) throw new Error(usage);
  const seconds = Number(values.seconds ?? Number(values.minutes ?? 30) * 60);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
  if (!(seconds > 0) || !Number.isInteger(seed)) throw new Error(`That is no time or no seed.\n${usage}`);
  const isShort = seconds < shortSeconds;
  return {
    seconds,
    seed,
    store: values.store ?? 'sqlite',
    devices: isShort ? 4 : 12,
    library: isShort ? 200 : usualLibrary,
    isUpdate: values.update ?? false,
  };
}
