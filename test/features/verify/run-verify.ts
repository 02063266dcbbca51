import { Configuration } from '../../../src/configuration.ts';
import { Failure } from '../../../src/core/failure.ts';
import { run } from '../../../src/features/verify/command.ts';
import type { Terminal } from '../../../src/platform/terminal.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { byItself } from '../../support/by-itself.ts';

export interface Verified {
  readonly output: string;
  /** Each line of it, where it is JSON. */
  readonly lines: () => readonly unknown[];
  readonly failure: Failure | undefined;
  /** What was drawn on the terminal. */
  readonly drawn: string;
}

export interface VerifyRun {
  readonly target?: string;
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly terminal?: Partial<Terminal>;
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the command as the command line would, with only a data directory configured. */
export async function runVerify(dataDirectory: string, given: VerifyRun = {}): Promise<Verified> {
  let drawn = '';
  const draw = given.terminal?.isOutputShown ? (text: string): void => void (drawn += text) : undefined;
  const terminal = recordingTerminal({ ...given.terminal, draw });
  const failure = await run({
    arguments: { target: given.target },
    options: given.options ?? {},
    terminal,
    configuration: new Configuration({
      flags: {},
      environment: { DATA_DIR: dataDirectory, ...given.environment },
    }),
    features: [],
    ...byItself,
    signal: given.signal ?? new AbortController().signal,
  }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Failure) return error;
      throw error;
    },
  );
  const output = terminal.output();
  const lines = (): readonly unknown[] =>
    output
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  return { output, lines, failure, drawn };
}
