import type { CommandContext, RunCommand } from '../../../src/feature.ts';
import { Configuration } from '../../../src/configuration.ts';
import { toFailure, type Failure } from '../../../src/core/failure.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { run as runExport } from '../../../src/features/transfer/export-command.ts';
import { run as runImport } from '../../../src/features/transfer/import-command.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { byItself } from '../../support/by-itself.ts';

export interface Transferred {
  readonly output: string;
  readonly problems: readonly string[];
  readonly failure: Failure | undefined;
}

interface Run {
  readonly dataDirectory: string;
  readonly store?: 'sqlite' | 'nodefs';
  readonly options?: CommandContext['options'];
  readonly signal?: AbortSignal;
  /** Sees what is drawn on a terminal; without it there is none. */
  readonly draw?: (text: string) => void;
}

/** `groundmist import`, as the command line would run it. */
export function importInto(run: Run, directory?: string): Promise<Transferred> {
  return transfer(runImport, run, { directory });
}

/** `groundmist export` */
export function exportFrom(run: Run, directory: string, target?: string): Promise<Transferred> {
  return transfer(runExport, run, { directory, target });
}

/** Ctrl-C before the first document. */
export const interrupted = AbortSignal.abort(new Cancelled('SIGINT'));

/** Ctrl-C before the document of this number, counted from 0. */
export function interruptedAt(number: number): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let asked = 0;
  signal.throwIfAborted = () => {
    if (asked === number) controller.abort(new Cancelled('SIGINT'));
    asked += 1;
    if (signal.aborted) throw signal.reason;
  };
  return signal;
}

async function transfer(
  run: RunCommand,
  { dataDirectory, store = 'sqlite', options = {}, signal, draw }: Run,
  given: CommandContext['arguments'],
): Promise<Transferred> {
  const terminal = recordingTerminal({ draw });
  const environment = { DATA_DIR: dataDirectory, GROUNDMIST_STORE: store };
  const failure = await run({
    arguments: given,
    options,
    terminal,
    configuration: new Configuration({ flags: {}, environment }),
    features: [],
    ...byItself,
    signal: signal ?? new AbortController().signal,
  }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Cancelled) throw error;
      return toFailure(error);
    },
  );
  return { output: terminal.output(), problems: terminal.problems, failure };
}
