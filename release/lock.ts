import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A package as a `bun.lock` pins it. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Of the package as the registry gives it: `sha512-…`. */
  readonly integrity: string;
}

const lockFile = z.object({ packages: z.record(z.string(), z.array(z.unknown())) });

/** By `name@version`, in the order of the file. */
export function readLock(path: string): ReadonlyMap<string, PinnedPackage> {
  const { packages } = lockFile.parse(Bun.JSONC.parse(readFileSync(path, 'utf8')));
  const pinned = Object.values(packages).map((entry) => {
    const [id, integrity] = [
      z.string().parse(entry[0]),
      z.string().startsWith('sha512-').parse(entry.at(-1)),
    ];
    const at = id.lastIndexOf('@');
    return [id, { name: id.slice(0, at), version: id.slice(at + 1), integrity }] as const;
  });
  return new Map(pinned);
}
