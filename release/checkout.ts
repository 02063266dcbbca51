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

/** What git says of the checkout; undefined where this is none, as in an archive or a container. */
export function readCheckout(root: string): Checkout | undefined {
  const git = (...words: readonly string[]): string | undefined => {
    if (Bun.which('git') === null) return undefined;
    const { exitCode, stdout } = Bun.spawnSync(['git', ...words], { cwd: root, stderr: 'ignore' });
    return exitCode === 0 ? stdout.toString() : undefined;
  };
  const head = git('log', '-1', '--format=%H %ct', 'HEAD')?.trim().split(' ');
  const status = git('status', '--porcelain');
  const [commit, seconds] = head ?? [];
  if (commit === undefined || seconds === undefined || status === undefined) return undefined;
  return { commit, changes: status.split('\n').filter(Boolean), committedAtMs: Number(seconds) * 1000 };
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
