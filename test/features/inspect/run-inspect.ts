import { Configuration } from '../../../src/configuration.ts';
import { Failure } from '../../../src/core/failure.ts';
import { run } from '../../../src/features/inspect/command.ts';
import type { Terminal } from '../../../src/platform/terminal.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { byItself } from '../../support/by-itself.ts';

export interface Inspected {
  readonly output: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  readonly failure: Failure | undefined;
}

type Given = Partial<Terminal> & { readonly signal?: AbortSignal };

/** Runs the command as the command line would, with only a data directory configured. */
export async function runInspect(
  dataDirectory: string,
  target?: string,
  options: Readonly<Record<string, string | boolean>> = {},
  { signal = new AbortController().signal, ...given }: Given = {},
): Promise<Inspected> {
  const terminal = recordingTerminal(given);
  const failure = await run({
    arguments: { target },
    // A test that wants one asks for it.
    options: { pager: false, ...options },
    terminal,
    configuration: new Configuration({ flags: {}, environment: { DATA_DIR: dataDirectory } }),
    features: [],
    ...byItself,
    signal,
  }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Failure) return error;
      throw error;
    },
  );
  return { output: terminal.output(), notes: terminal.notes, problems: terminal.problems, failure };
}
