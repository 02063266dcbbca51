import { parseArgs } from 'node:util';
import { scenarios } from '../scenarios/all.ts';
import { sizesByName, type Sizes } from '../scenarios/sizes.ts';

export interface Options {
  readonly sizes: Sizes;
  /** Whether a row is wanted, by its id and the name of its scenario. */
  readonly wants: (row: string, scenario: string) => boolean;
  readonly isJson: boolean;
  /** Writes the table into docs/performance.md. */
  readonly isUpdate: boolean;
}

export const usage = `bun run bench [--short | --full] [--only <row,…>] [--rounds <n>] [--json] [--update]

  --short    under three minutes; small counts, one run each, some rows left out: a look, no result
  --full     an hour or more; up to 50,000 documents and 10,000 sockets
  --only     rows by their ids, or scenarios: ${scenarios.map(({ name }) => name).join(' ')}
  --rounds   so many runs of the scenarios that are over soon; the median counts
  --json     figures instead of a table
  --update   also writes the table into docs/performance.md`;

/** Throws a sentence and the usage for what is not an option. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean' },
      full: { type: 'boolean' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      json: { type: 'boolean' },
      update: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) throw new Error(usage);
  const usual = sizesByName[values.short ? 'short' : values.full ? 'full' : 'usual'];
  const sizes = { ...usual, rounds: Number(values.rounds ?? usual.rounds) };
  if (!(sizes.rounds >= 1)) throw new Error('--rounds takes a number from 1 on');
  const only = values.only?.split(',');
  const known = scenarios.flatMap(({ name, rows }) => [name, ...rows(sizes).map(({ id }) => id)]);
  const unknown = only?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}. Rows: ${known.join(' ')}`);
  return {
    sizes,
    wants: (row, scenario) => only === undefined || only.includes(row) || only.includes(scenario),
    isJson: values.json ?? false,
    isUpdate: values.update ?? false,
  };
}
