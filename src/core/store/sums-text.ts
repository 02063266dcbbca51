/*
 * The file is what `sha256sum -c` reads: a hash, two spaces, a path. Lines that begin with `#` it passes over; ours are
 * the first, when it was made, and the last, the hash of all before it.
 */

/** The hash of each file, by its path from the data directory. */
export interface Sums {
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  readonly hashes: ReadonlyMap<string, string>;
}

const heading = /^# groundmist (\d{1,15})$/;
const line = /^([0-9a-f]{64}) {2}([^\n\\]+)$/;

export function writeSums({ madeAt, hashes }: Sums): string {
  const lines = [...hashes].map(([path, hash]) => `${hash}  ${path}\n`);
  const body = `# groundmist ${madeAt}\n${lines.join('')}`;
  return `${body}# ${hashOf(body)}\n`;
}

/** Undefined where one byte of it is not as we write it. */
export function readSums(text: string): Sums | undefined {
  const [first = '', ...others] = text.split('\n');
  const madeAt = Number(heading.exec(first)?.[1] ?? Number.NaN);
  const hashes = new Map<string, string>();
  for (const other of others.slice(0, -2)) {
    const [, hash, path] = line.exec(other) ?? [];
    if (hash === undefined || path === undefined) return undefined;
    hashes.set(path, hash);
  }
  const sums = { madeAt, hashes };
  return writeSums(sums) === text ? sums : undefined;
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text).digest('hex');
}
