/*
 * The file is what `sha256sum -c` reads: a hash, two spaces, a path. Lines that begin with `#` it passes over; ours say
 * before each hash what the file system said of the file then, and at the end what the hash of all the lines before is.
 */

export interface Sum {
  /** SHA-256 in hex. */
  readonly hash: string;
  /** What the file system said of the file: the same as long as nobody touches it. */
  readonly state: string;
}

/** By the paths from the data directory. */
export type Sums = ReadonlyMap<string, Sum>;

const stateLine = /^# ([0-9,]+)$/;
const sumLine = /^([0-9a-f]{64}) {2}([^\n\\]+)$/;

export function writeSums(sums: Sums): string {
  const body = [...sums].map(([path, { hash, state }]) => `# ${state}\n${hash}  ${path}\n`).join('');
  return `${body}# ${new Bun.CryptoHasher('sha256').update(body).digest('hex')}\n`;
}

/** Undefined where one byte of it is not as we write it. */
export function readSums(text: string): Sums | undefined {
  const lines = text.split('\n');
  const sums = new Map<string, Sum>();
  for (let at = 0; at + 1 < lines.length - 2; at += 2) {
    const state = stateLine.exec(lines[at] ?? '')?.[1];
    const [, hash, path] = sumLine.exec(lines[at + 1] ?? '') ?? [];
    if (state === undefined || hash === undefined || path === undefined) return undefined;
    sums.set(path, { hash, state });
  }
  return writeSums(sums) === text ? sums : undefined;
}
