import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const folder = join(Bun.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'groundmist-test/bench-corpus');

/** The parts that `make` gives, made once on this machine: Automerge takes its time. Another name for other content. */
export async function cached(
  name: string,
  make: () => Promise<readonly Uint8Array[]>,
): Promise<readonly Buffer[]> {
  const path = join(folder, name);
  if (!existsSync(path)) {
    const bytes = concatenate(await make());
    mkdirSync(dirname(path), { recursive: true });
    const partial = `${path}.${process.pid}`;
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  }
  return split(readFileSync(path));
}

/** Each part behind its length. */
function concatenate(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

function split(bytes: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    parts.push(bytes.subarray(start, at));
  }
  return parts;
}
