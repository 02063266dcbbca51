import { lchownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';

export const installerPath = join(import.meta.dir, '../../install.sh');
/** Where CI runs a program that is missing fails the tests that need it. */
export function isHere(program: string): boolean {
  return Bun.which(program) !== null || Boolean(process.env['CI']);
}

/** Those of this machine that a person may pipe it into. */
export const shells = [['dash'], ['bash'], ['mksh'], ['zsh'], ['busybox', 'sh']].filter(([name = '']) =>
  isHere(name),
);
// Not by the PATH that the script is given.
const setpriv = Bun.which('setpriv') ?? 'setpriv';
const isRoot = process.getuid?.() === 0;
/** Nobody on this machine, and not in its list of users. */
const person = 42_424;
/** What starts a command as an ordinary user. */
export const personPrefix = isRoot
  ? [setpriv, `--reuid=${person}`, `--regid=${person}`, '--clear-groups']
  : [];

/** Whether a test may have mounts of its own, which nobody else sees. For root in CI it has to be so. */
export const mayMount =
  isRoot &&
  (Boolean(process.env['CI']) ||
    Bun.spawnSync(['unshare', '-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).success);

export interface Installing {
  readonly env?: Readonly<Record<string, string>>;
  /** The words that start the shell; `sh` by default. */
  readonly shell?: readonly string[];
  /** What stands before the shell, such as `unshare`. */
  readonly before?: readonly string[];
  /** Instead of an ordinary user. Never without a prefix, or a machine of its own: root installs into /usr/local. */
  readonly asRoot?: boolean;
  /** The script as a file, instead of as stdin of the shell, which is how it is piped. */
  readonly script?: string;
  readonly cwd?: string;
}

export interface Installed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home of an ordinary user, who is not root where the tests run as root. */
export function personHome(name = 'home'): TemporaryFolder & { readonly home: string } {
  const folder = temporaryFolder();
  const home = folder.at(name);
  mkdirSync(home);
  giveToPerson(folder.path);
  return { ...folder, home };
}

/** Hands over a folder with all that is in it. */
export function giveToPerson(folder: string): void {
  if (!isRoot) return;
  for (const path of ['.', ...entriesOf(folder)]) lchownSync(join(folder, path), person, person);
}

/** Runs install.sh as a person does: piped into a shell, with no more of an environment than is given. */
export async function runInstaller(
  words: readonly string[],
  { env = {}, shell = ['sh'], before = [], asRoot = false, script, cwd = '/' }: Installing,
): Promise<Installed> {
  const read = script === undefined ? ['-s', '--'] : [script];
  const child = Bun.spawn([...(asRoot ? [] : personPrefix), ...before, ...shell, ...read, ...words], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdin: script === undefined ? new Blob([readFileSync(installerPath)]) : 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, stdout, stderr };
}

/** All that is below a folder, by its path in it. */
export function entriesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
}

/** A folder to be a PATH: links to these programs of this machine, and scripts by their names. */
export function programFolder(
  names: readonly string[],
  scripts: Readonly<Record<string, string>> = {},
): TemporaryFolder {
  const folder = personHome();
  for (const name of names) {
    const found = Bun.which(name);
    if (found !== null) symlinkSync(found, folder.at(name));
  }
  for (const [name, lines] of Object.entries(scripts)) {
    writeFileSync(folder.at(name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  }
  return folder;
}

/**
 * The applets of BusyBox by their names, and no other program. Its `timeout` keeps a pipe open until its next look, which is
 * a second later: what need not wait for it does without.
 */
export function busyboxFolder({
  without = ['timeout'],
}: { readonly without?: readonly string[] } = {}): TemporaryFolder {
  const folder = personHome();
  const busybox = Bun.which('busybox') ?? '';
  const applets = Bun.spawnSync([busybox, '--list']).stdout.toString().split('\n');
  for (const applet of applets)
    if (applet !== '' && !without.includes(applet)) symlinkSync(busybox, folder.at(applet));
  return folder;
}
