import { Configuration } from '../../../src/configuration.ts';
import type { RunCommand } from '../../../src/feature.ts';
import { features } from '../../../src/features.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { byItself } from '../../support/by-itself.ts';

export interface BackupRun {
  readonly file?: string;
  readonly directory?: string;
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface Ran {
  readonly output: string;
  readonly notes: string;
  readonly problems: readonly string[];
  readonly error: unknown;
}

/** Runs a command of `backup` as the command line would; what it throws is given. */
export async function runBackup(run: RunCommand, given: BackupRun): Promise<Ran> {
  const { file, directory, options = {}, environment = {}, input = '' } = given;
  const terminal = recordingTerminal({ input });
  const error: unknown = await run({
    arguments: { file, directory },
    options,
    terminal,
    configuration: new Configuration({ flags: {}, environment }),
    features,
    ...byItself,
    signal: new AbortController().signal,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { output: terminal.output(), notes: terminal.notes.join('\n'), problems: terminal.problems, error };
}
