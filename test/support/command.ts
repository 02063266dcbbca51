import { Configuration } from '../../src/configuration.ts';
import type { CommandContext, RunCommand } from '../../src/feature.ts';
import { byItself } from './by-itself.ts';

export interface CommandRun {
  readonly arguments?: CommandContext['arguments'];
  readonly options?: CommandContext['options'];
  /** Settings by their environment names, and what else the process would see. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What standard input holds; nobody sits at the terminal. */
  readonly input?: string;
}

export interface Said {
  readonly results: string[];
  readonly notes: string[];
}

/** Runs one command without a process around it and gives what it said; a failure is thrown as it is. */
export async function runCommand(run: RunCommand, given: CommandRun = {}): Promise<Said> {
  const said: Said = { results: [], notes: [] };
  const environment = given.environment ?? {};
  await run({
    arguments: given.arguments ?? {},
    options: given.options ?? {},
    configuration: new Configuration({ flags: {}, environment }),
    features: [],
    ...byItself,
    signal: new AbortController().signal,
    terminal: {
      isInteractive: false,
      hasColor: false,
      isScreen: false,
      isOutputShown: false,
      width: 80,
      height: 24,
      isQuiet: false,
      isVerbose: false,
      draw: undefined,
      environment,
      result: async (text) => void said.results.push(text),
      note: (text) => void said.notes.push(text),
      problem: (text) => void said.notes.push(text),
      readInput: async () => given.input ?? '',
    },
  });
  return said;
}
