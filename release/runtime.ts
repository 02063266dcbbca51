import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readLock, type PinnedPackage } from './lock.ts';
import { targets, type Target } from './targets.ts';

const pinned = join(import.meta.dir, 'runtimes');
const files = ['package.json', 'bun.lock'];

/** The Bun of a target, as release/runtimes/bun.lock pins it by its SHA-512. Fetched once, outside the checkout. */
export function runtimePath(target: Target): string {
  return join(installed(target), 'node_modules', target.runtime, 'bin/bun');
}

/** What release/runtimes pins, by the names of the packages. */
export function pinnedRuntimes(): readonly PinnedPackage[] {
  return [...readLock(join(pinned, 'bun.lock')).values()];
}

/** Whether the Bun that runs, and compiles, is byte for byte one of them: bin/setup takes one from the PATH at its word. */
export function isPinnedBun(path: string): boolean {
  const those = targets.filter(({ os, arch }) => os === process.platform && arch === process.arch);
  const found = readFileSync(path);
  return those.some((target) => readFileSync(runtimePath(target)).equals(found));
}

/** The folder with the runtimes of this system and processor: named for what it holds, and complete once it is there. */
function installed({ os, arch }: Target): string {
  const hash = new Bun.CryptoHasher('sha256');
  for (const file of files) hash.update(readFileSync(join(pinned, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'groundmist-release');
  const folder = join(cache, `${os}-${arch}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, 'partial-'));
  try {
    for (const file of files) cpSync(join(pinned, file), join(partial, file));
    install(partial, [`--os=${os}`, `--cpu=${arch}`]);
    // Another process may have been quicker: then its folder is as good.
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** With a download cache of its own: what is in a shared one is not checked again. */
function install(folder: string, platform: readonly string[]): void {
  const downloads = join(folder, 'downloads');
  const words = ['install', '--frozen-lockfile', '--ignore-scripts', ...platform];
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, '--no-env-file', ...words], {
    cwd: folder,
    env: { ...process.env, BUN_INSTALL_CACHE_DIR: downloads },
    stdin: 'ignore',
    stdout: 'ignore',
  });
  if (exitCode !== 0) throw new Error(`The runtimes of Bun could not be installed:\n${stderr.toString()}`);
  rmSync(downloads, { recursive: true, force: true });
}
