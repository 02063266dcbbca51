import { Configuration } from '../../../src/configuration.ts';
import { setUp } from '../../../src/features/init/command.ts';
import type { Surroundings } from '../../../src/features/init/surroundings.ts';
import { parseDid } from '../../../src/core/identity/did.ts';
import type { Prompts } from '../../../src/platform/prompts.ts';
import { byItself } from '../../support/by-itself.ts';
import { recordingTerminal } from '../../support/terminal.ts';

export const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz');

/** A machine on which nothing is in the way, with `folder` as the one where the person is. */
export function machine(folder: string, changed: Partial<Surroundings> = {}): Surroundings {
  return {
    home: '/home/alice',
    workingFolder: folder,
    configHome: '/home/alice/.config',
    dataHome: '/home/alice/.local/share',
    isRoot: false,
    isBySudo: false,
    hasSystemd: true,
    firstOpenPort: 80,
    resolveOwner: async () => ({ did, pds: 'https://pds.example.com' }),
    resolve: async () => [{ address: '203.0.113.5', family: 4 }],
    ownAddresses: () => ['127.0.0.1', '203.0.113.5'],
    stateOfPort: async () => 'free',
    networkFileSystem: () => undefined,
    findCaddy: () => 'program',
    findService: () => undefined,
    ...changed,
  };
}

export interface Setting {
  readonly surroundings: Surroundings;
  readonly prompts?: Prompts;
  readonly options?: Readonly<Record<string, string | boolean>>;
  readonly flags?: Readonly<Record<string, string>>;
  readonly runCommand?: (argv: readonly string[]) => Promise<void>;
}

/** Runs `init` without a process; gives what it said, and throws what it throws. */
export async function init({ surroundings, prompts, options = {}, flags = {}, runCommand }: Setting) {
  const terminal = recordingTerminal();
  const context = {
    arguments: {},
    options,
    configuration: new Configuration({ flags, environment: {} }),
    features: [],
    ...byItself,
    ...(runCommand === undefined ? {} : { runCommand }),
    signal: new AbortController().signal,
    terminal,
  };
  let error: unknown;
  await setUp(context, surroundings, prompts).catch((thrown: unknown) => {
    error = thrown;
  });
  return { output: terminal.output(), notes: terminal.notes, error };
}
