import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder, type TemporaryFolder } from '../support/folder.ts';

const root = join(import.meta.dir, '../..');

/** The files of this checkout as they are now, committed, in another folder, and its packages. */
export function copyOfCheckout(): TemporaryFolder {
  const copy = temporaryFolder();
  const listed = git(root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z');
  for (const path of listed.split('\0').filter((one) => /^(?:bin|release|src)\/|^[^/]+$/.test(one))) {
    mkdirSync(dirname(copy.at(path)), { recursive: true });
    cpSync(join(root, path), copy.at(path));
  }
  git(copy.path, 'init', '--quiet');
  commitAll(copy);
  const install = [process.execPath, 'install', '--frozen-lockfile', '--ignore-scripts', '--production'];
  const { exitCode, stderr } = Bun.spawnSync(install, { cwd: copy.path });
  if (exitCode !== 0) throw new Error(stderr.toString());
  return copy;
}

export function commitAll({ path }: TemporaryFolder): void {
  git(path, 'add', '--all');
  git(
    path,
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    'commit',
    '--quiet',
    '-m',
    'all of it',
  );
}

function git(folder: string, ...words: readonly string[]): string {
  const run = Bun.spawnSync(['git', ...words], { cwd: folder });
  if (run.exitCode !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString();
}
