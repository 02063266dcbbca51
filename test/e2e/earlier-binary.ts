import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../support/folder.ts';

const root = join(import.meta.dir, '../..');
const cache = join(Bun.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'groundmist-test');

const mostKept = 4;

/** The full hash of a commit; undefined where this checkout has it not, as a shallow clone, or has no history at all. */
export function findCommit(name: string): string | undefined {
  const { exitCode, stdout } = run(['git', 'rev-parse', '--verify', '--quiet', `${name}^{commit}`], root);
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}

/** The binary of a commit, built where that was not done yet and kept for the next time. */
export function buildCommit(hash: string): string {
  const kept = join(cache, `binary-${hash}`);
  if (existsSync(kept)) return kept;
  removeOldest();
  using folder = temporaryFolder();
  const archive = folder.at('source.tar');
  const checkout = folder.at('source');
  mkdirSync(checkout);
  must(['git', 'archive', '--output', archive, hash], root);
  must(['tar', '-xf', archive, '-C', checkout], root);
  if (readText(root, 'bun.lock') === readText(checkout, 'bun.lock'))
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  else must([process.execPath, 'install', '--frozen-lockfile'], checkout);
  must([process.execPath, '--no-env-file', 'run', 'build'], checkout);
  mkdirSync(cache, { recursive: true });
  copyFileSync(join(checkout, 'dist/groundmist'), `${kept}.${process.pid}`);
  renameSync(`${kept}.${process.pid}`, kept);
  return kept;
}

/** Each has more than a hundred megabytes, and every commit has another one before it. */
function removeOldest(): void {
  if (!existsSync(cache)) return;
  const binaries = readdirSync(cache)
    .filter((file) => file.startsWith('binary-'))
    .map((file) => join(cache, file))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const path of binaries.slice(mostKept - 1)) rmSync(path);
}

function readText(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function must(command: readonly string[], cwd: string): void {
  const { exitCode, stderr } = run(command, cwd);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString()}`);
}

function run(command: readonly string[], cwd: string) {
  return Bun.spawnSync([...command], { cwd, stdout: 'pipe', stderr: 'pipe' });
}
