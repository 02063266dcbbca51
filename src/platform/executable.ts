import { join } from 'node:path';

/** Where files inside a compiled binary seem to lie. */
const embedded = /^(?:\/\$bunfs\/|B:[/\\]~BUN[/\\])/;

/** The words that start this program again: the compiled binary, or Bun with the source. */
export function ownCommand(): readonly string[] {
  if (embedded.test(Bun.main)) return [process.execPath];
  return [process.execPath, '--no-env-file', join(import.meta.dir, '../../bin/groundmist.ts')];
}
