import { existsSync } from 'node:fs';
import type { CommandContext } from '../../feature.ts';
import {
  lingerFolder,
  systemUnitFolder,
  userUnitFolder,
  type ServiceScope,
} from '../../core/service/service-names.ts';
import { machineEnvFile } from '../../platform/env-file-search.ts';
import { ownCommand } from '../../platform/executable.ts';
import { firstOpenPort } from '../../platform/open-ports.ts';
import { currentUser, userByName, type User } from '../../platform/users.ts';

/** How a program ended that we ran. */
export interface Ran {
  readonly exitCode: number;
  readonly output: string;
  /** What it said of errors, or that there is no such program. */
  readonly errors: string;
}

/** The machine as the commands of `service` see it, and change it. */
export interface Machine {
  readonly hasSystemd: boolean;
  readonly isRoot: boolean;
  /** The lowest port that everybody may open. */
  readonly firstOpenPort: number;
  /** Where the settings of a server of the machine are. */
  readonly machineEnvFile: string;
  /** The words that start this program from anywhere. */
  readonly command: readonly string[];
  /** Who types this. */
  readonly user: string;
  unitFolder(scope: ServiceScope): string;
  findUser(name: string): User | undefined;
  isLingering(): boolean;
  /** Whether the person's own systemd runs, so that it can be spoken to. */
  hasOwnSystemd(): boolean;
  run(words: readonly string[], signal?: AbortSignal): Promise<Ran>;
}

export function systemMachine({ terminal }: Pick<CommandContext, 'terminal'>): Machine {
  const { environment } = terminal;
  const user = currentUser();
  const name = user?.name ?? String(user?.id);
  // `su` and `sudo` leave it out, and without it a person's systemd is not found.
  const runtime = `/run/user/${user?.id}`;
  const env = {
    ...environment,
    // `su` leaves root without the folders that its programs are in.
    PATH: `${environment['PATH'] ?? ''}:/usr/sbin:/sbin`,
    XDG_RUNTIME_DIR: runtime,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
    LC_ALL: 'C',
    TZ: 'UTC',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  };
  return {
    hasSystemd: existsSync('/run/systemd/system'),
    isRoot: user?.id === 0,
    firstOpenPort: firstOpenPort(),
    machineEnvFile,
    command: ownCommand(),
    user: name,
    unitFolder: (scope) => (scope === 'system' ? systemUnitFolder : userUnitFolder(environment)),
    findUser: userByName,
    isLingering: () => existsSync(`${lingerFolder}/${name}`),
    hasOwnSystemd: () => existsSync(`${runtime}/systemd/private`) || existsSync(`${runtime}/bus`),
    run: (words, signal) => run(words, env, signal),
  };
}

async function run(
  words: readonly string[],
  env: Record<string, string | undefined> & { readonly PATH: string },
  signal?: AbortSignal,
): Promise<Ran> {
  signal?.throwIfAborted();
  const [name = '', ...others] = words;
  const program = Bun.which(name, { PATH: env.PATH });
  if (program === null) {
    return { exitCode: 127, output: '', errors: `there is no program ${name} here` };
  }
  const child = Bun.spawn([program, ...others], {
    env,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    ...(signal === undefined ? {} : { signal }),
  });
  const [exitCode, output, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  signal?.throwIfAborted();
  return { exitCode, output: output.trim(), errors: errors.trim() };
}
