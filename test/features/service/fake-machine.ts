import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { Configuration } from '../../../src/configuration.ts';
import type { CommandContext } from '../../../src/feature.ts';
import type { Machine, Ran } from '../../../src/features/service/machine.ts';
import type { User } from '../../../src/platform/users.ts';
import { findSources } from '../../../src/sources.ts';
import { byItself } from '../../support/by-itself.ts';
import type { TemporaryFolder } from '../../support/folder.ts';
import { recordingTerminal } from '../../support/terminal.ts';

export const settings = `ATPROTO_DID=did:plc:ewvi7nxzyoun6zhxrhs64oiz
GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}
`;

/** A machine below a folder, which does what it is told and remembers it. */
export class FakeMachine implements Machine {
  readonly ran: string[] = [];
  command: readonly string[] = ['/usr/bin/true'];
  readonly machineEnvFile: string;
  readonly user = 'alice';
  hasSystemd = true;
  isRoot = false;
  firstOpenPort = 1024;
  lingers = false;
  ownSystemd = true;
  serviceUser: User | undefined;
  /** What a line that begins so gives; of several the last. */
  readonly answers: (readonly [line: string, answer: Partial<Ran>])[] = [];
  readonly folder: TemporaryFolder;

  constructor(folder: TemporaryFolder) {
    this.folder = folder;
    this.machineEnvFile = folder.at('etc');
    chmodSync(folder.path, 0o755);
    mkdirSync(folder.at('user'));
    mkdirSync(folder.at('system'));
    writeFileSync(folder.at('env'), settings, { mode: 0o600 });
  }

  unitFolder = (scope: 'user' | 'system'): string => this.folder.at(scope);
  findUser = (): User | undefined => this.serviceUser;
  isLingering = (): boolean => this.lingers;
  hasOwnSystemd = (): boolean => this.ownSystemd;

  async run(words: readonly string[]): Promise<Ran> {
    const line = words.join(' ').replaceAll(this.folder.path, 'HERE');
    if (!line.includes(' show ')) this.ran.push(line);
    const [, answer] = this.answers.findLast(([beginning]) => line.startsWith(beginning)) ?? [];
    return { exitCode: 0, output: '', errors: '', ...answer };
  }
}

/** Runs one of the commands with the settings below a folder; gives what it said. */
export async function run(
  command: (context: CommandContext, machine: Machine) => Promise<void>,
  machine: FakeMachine,
  options: CommandContext['options'] = {},
) {
  const { folder } = machine;
  const terminal = recordingTerminal();
  let error: unknown;
  await command(
    {
      arguments: {},
      options,
      configuration: new Configuration(findSources({}, folder.at('env'), terminal)),
      features: [],
      ...byItself,
      signal: new AbortController().signal,
      terminal,
    },
    machine,
  ).catch((thrown: unknown) => {
    error = thrown;
  });
  const here = (text: string): string => text.replaceAll(folder.path, 'HERE');
  return { output: here(terminal.output()), problems: terminal.problems.map(here), error };
}
