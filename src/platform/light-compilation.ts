import { ownCommand } from './executable.ts';

/** https://trac.webkit.org/wiki/JavaScriptCore: the option of its last and dearest compiler. */
const option = 'BUN_JSC_useFTLJIT';

/**
 * Starts this program again in its place, as the same process, without JavaScriptCore's last compiler: it takes as much
 * processor as all else in a server's first minutes, and a server that is mostly idle never earns it back. The engine
 * reads that from the environment alone, when it starts. Returns where it is set already, or cannot be.
 */
export function compileLightly(argv: readonly string[]): void {
  const [file, ...first] = ownCommand();
  if (file === undefined || Bun.env[option] !== undefined) return;
  try {
    process.execve?.(file, [file, ...first, ...argv], { ...Bun.env, [option]: 'false' });
  } catch {
    // A system that cannot do this is as good, only busier.
  }
}
