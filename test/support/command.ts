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
  /** What happens before that can be read. */
  readonly beforeInput?: () => Promise<void>;
  /** Ctrl-C. */
  readonly signal?: AbortSignal;
  /** Hears each line of talk as it is said. */
  readonly heard?: (note: string) => void;
}

export interface Said {
  readonly results: string[];
  readonly notes: string[];
}

/** Runs one command without a process around it and gives what it said; a failure is thrown as it is. */
export async function runCommand(run: RunCommand, given: CommandRun = {}): Promise<Said> {
  const said: Said = { results: [], notes: [] };
  const environment = given.environment ?? {};
  const note = (text: string): void => {
    said.notes.push(text);
    given.heard?.(text);
  };
  await run({
    arguments: given.arguments ?? {},
    options: given.options ?? {},
    configuration: new Configuration({ flags: {}, environment }),
    features: [],
    ...byItself,
    signal: given.signal ?? new AbortController().signal,
    terminal: {
      isInteractive: false,
      hasColor: false,
      isScreen: false,
      isOutputShown: false,
      isTalkShown: false,
      width: 80,
      height: 24,
      isQuiet: false,
      isVerbose: false,
      draw: undefined,
      environment,
      result: async (text) => void said.results.push(text),
      note,
      problem: note,
      log(line) {
        note(line);
        return true;
      },
      async readInput() {
        await given.beforeInput?.();
        return given.input ?? '';
      },
    },
  });
  return said;
}
