import type { Terminal } from '../../src/platform/terminal.ts';

export interface RecordingTerminal extends Terminal {
  /** What went to stdout, joined as it would read. */
  readonly output: () => string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** A terminal that nobody watches: it keeps what it is told, and reads `input`. */
export function recordingTerminal(
  given: Partial<Terminal> & { readonly input?: string } = {},
): RecordingTerminal {
  const results: string[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  const { input = '', ...replaced } = given;
  return {
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
    environment: {},
    async result(text) {
      results.push(`${text}\n`);
    },
    note: (text) => void notes.push(text),
    problem: (text) => void problems.push(text),
    log: (line) => problems.push(line) > 0,
    readInput: async (limitBytes) => input.slice(0, limitBytes),
    ...replaced,
    output: () => results.join(''),
    notes,
    problems,
  };
}
