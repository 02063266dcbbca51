import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(content).digest('hex');
}

/** What `sha256sum -c` reads: a line for each file of the folder that is named, in the order of their names. */
export function checksumLines(folder: string, names: readonly string[]): string {
  const lines = names.toSorted().map((name) => `${sha256(readFileSync(join(folder, name)))}  ${name}\n`);
  return lines.join('');
}
