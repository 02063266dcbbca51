import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from './shell-word.ts';

/** Where files inside a compiled binary seem to lie. */
const embedded = /^(?:\/\$bunfs\/|B:[/\\]~BUN[/\\])/;

/** The words that start this program again: the compiled binary, or Bun with the source. */
export function ownCommand(): readonly string[] {
  if (embedded.test(Bun.main)) return [process.execPath];
  return [process.execPath, '--no-env-file', join(import.meta.dir, '../../bin/groundmist.ts')];
}

/** What a person types, where they are, to start this program again. */
export function typedCommand(workingFolder: string): string {
  const [program = '', ...rest] = ownCommand();
  const onPath = rest.length === 0 ? Bun.which('groundmist') : null;
  if (onPath !== null && realpathSync(onPath) === realpathSync(program)) return 'groundmist';
  return [program, ...rest].map((word) => shellWord(shortened(word, workingFolder))).join(' ');
}

function shortened(path: string, workingFolder: string): string {
  return path.startsWith(`${workingFolder}/`) ? `.${path.slice(workingFolder.length)}` : path;
}
