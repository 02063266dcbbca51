import { version } from '../package.json' with { type: 'json' };

/** What is built, and where it comes from; the binary says both. */
export interface Edition {
  readonly version: string;
  /** The whole hash, with `-dirty` where files differ from it; undefined where nothing says it. */
  readonly commit: string | undefined;
}

export interface Checkout {
  readonly commit: string;
  /** Files of the checkout that differ from the commit. */
  readonly changes: readonly string[];
  readonly committedAtMs: number;
}

/** What git says of the checkout; undefined where it says nothing, as in an archive or a container. */
export function readCheckout(root: string): Checkout | undefined {
  const head = git(root, 'log', '-1', '--format=%H %ct', 'HEAD').stdout?.trim().split(' ');
  const status = git(root, 'status', '--porcelain').stdout;
  const [commit, seconds] = head ?? [];
  if (commit === undefined || seconds === undefined || status === undefined) return undefined;
  return { commit, changes: status.split('\n').filter(Boolean), committedAtMs: Number(seconds) * 1000 };
}

/** Where `readCheckout` gives nothing: why, and what helps. */
export function whyNoCheckout(root: string): string {
  if (Bun.which('git') === null)
    return 'There is no git here, which would say of which commit this is: install it.';
  const said = git(root, 'rev-parse', '--verify', 'HEAD').stderr.trim();
  if (said.includes('dubious ownership')) {
    const line = `git config --global --add safe.directory '${root.replaceAll("'", String.raw`'\''`)}'`;
    return `git does not trust ${root}, which belongs to another user, and so does not say of which commit it is. If you trust it: ${line}`;
  }
  const [first = 'it gave no reason'] = said.split('\n');
  return `git does not say of which commit this is (${first}). A clone has what it needs; an archive of the files has not.`;
}

interface Answer {
  readonly stdout: string | undefined;
  readonly stderr: string;
}

function git(cwd: string, ...words: readonly string[]): Answer {
  if (Bun.which('git') === null) return { stdout: undefined, stderr: '' };
  const env = { ...process.env, LC_ALL: 'C' };
  const { exitCode, stdout, stderr } = Bun.spawnSync(['git', ...words], { cwd, env });
  return { stdout: exitCode === 0 ? stdout.toString() : undefined, stderr: stderr.toString() };
}

/** Of what lies here now. Without git, GROUNDMIST_COMMIT names the commit. */
export function editionOf(checkout: Checkout | undefined): Edition {
  if (checkout === undefined) return { version, commit: process.env['GROUNDMIST_COMMIT'] || undefined };
  const { commit, changes } = checkout;
  return { version, commit: changes.length === 0 ? commit : `${commit}-dirty` };
}

/** On the way to the next version: `0.1.0-snapshot.2358c07d4c1a`, which SemVer sorts before it. */
export function snapshotOf({ commit, changes }: Checkout): Edition {
  const dirty = changes.length === 0 ? '' : '.dirty';
  const name = `${version}-snapshot.${commit.slice(0, 12)}${dirty}`;
  return { version: name, commit: dirty === '' ? commit : `${commit}-dirty` };
}
