import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

/** An empty folder that goes with the block that made it, also where a test took its write permission away. */
export function temporaryDirectory(): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), 'groundmist-test-'));
  return {
    path,
    [Symbol.dispose]: () => {
      makeRemovable(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function makeRemovable(path: string): void {
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) makeRemovable(join(path, entry.name));
  }
}
