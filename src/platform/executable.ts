import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from './shell-word.ts';

/** Where files inside a compiled binary seem to lie. */
const embedded = /^(?:\/\$bunfs\/|B:[/\\]~BUN[/\\])/;

/** The words that start this program again: the compiled binary, or Bun with the source. */
export function ownCommand(): readonly string[] {
  if (embedded.test(Bun.main)) return [process.execPath];
  return [process.execPath, '--no-env-file', join(import.meta.dir, '../../bin/groundmist.ts')];
}

/** Undefined where the file was gone by then: whoever was started by the program of an old one. */
const started = markOf(process.execPath);

/**
 * The same words, where they start this program, with the file that runs here and not another that lies in its place by now: an
 * upgrade replaces the file first and restarts afterwards. Throws where a system gives no way back to it.
 */
export function asStarted(command: readonly string[]): readonly string[] {
  const [program, ...rest] = command;
  if (program !== process.execPath || (started !== undefined && markOf(program) === started)) return command;
  // By the process and not by `self`: what starts it may be `nice`.
  const running = `/proc/${process.pid}/exe`;
  if (existsSync(running)) return [running, ...rest];
  throw new Error('Another file lies where this program was started from: it has to be restarted.');
}

/** Tells one file from another at the same path; undefined where there is none. */
function markOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && [found.dev, found.ino, found.size, found.mtimeMs].join(' ');
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
