import { Failure, toFailure } from './core/failure.ts';
import { childArgument } from './core/fence/request.ts';
import { Cancelled } from './platform/cancelled.ts';
import { OutputClosed, OutputFailed, systemTerminal, type Terminal } from './platform/terminal.ts';
import { redact } from './platform/redact.ts';
import { Told } from './platform/told.ts';
import { describeBuild, version } from './platform/version.ts';

const exitOk = 0;
const deepestCause = 8;

/**
 * Runs what the command line asks for and gives the exit code. Only `--version` is answered here;
 * all that parses or runs commands loads after it.
 */
export async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  if (argv[0] === childArgument) {
    const { runAutomergeChild } = await import('./core/fence/child/run.ts');
    await runAutomergeChild();
    return exitOk;
  }
  const terminal = systemTerminal({
    isQuiet: hasFlag(argv, '--quiet'),
    isVerbose: hasFlag(argv, '--verbose'),
  });
  try {
    if (argv[0] === '--version') {
      await terminal.result(terminal.isVerbose ? describeBuild() : `groundmist ${version}`);
      return exitOk;
    }
    const { runCommandLine } = await import('./command-line/run.ts');
    const { features } = await import('./features.ts');
    await runCommandLine(argv, { features, terminal, signal, version });
    return exitOk;
  } catch (error) {
    return exitCodeOf(error, terminal);
  }
}

/** The exit code of what ended the command, said on the terminal where it is a failure. */
export function exitCodeOf(error: unknown, terminal: Terminal): number {
  if (error instanceof Cancelled || error instanceof Told) return error.exitCode;
  // The reader of a pipe has seen enough: `groundmist inspect | head`.
  if (error instanceof OutputClosed) return exitOk;
  const failure =
    error instanceof OutputFailed
      ? new Failure('StoreUnavailable', error.message, { cause: error })
      : toFailure(error);
  explain(failure, terminal);
  return failure.kind.exit;
}

/** Looked for before the command line is parsed, for parsing can already fail. */
function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag);
}

function explain(failure: Failure, terminal: Terminal): void {
  // As a whole, for a secret may have lines.
  for (const line of redact(failure.message).split('\n')) terminal.problem(`groundmist: ${line}`);
  terminal.problem(`  ${failure.kind.hint}`);
  if (!terminal.isVerbose) return;
  let cause: unknown = failure.cause;
  for (let depth = 0; depth < deepestCause && cause instanceof Error; depth++) {
    // Whatever stands in it begins no line.
    terminal.problem(`  because of ${(cause.stack ?? cause.message).replaceAll('\n', '\n    ')}`);
    cause = cause.cause;
  }
}
