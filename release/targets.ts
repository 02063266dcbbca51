/** What groundmist is released for. */
export interface Target {
  /** The end of the released file's name: `linux-x64-musl`. */
  readonly name: string;
  readonly os: 'linux' | 'darwin';
  readonly arch: 'x64' | 'arm64';
  readonly libc?: 'glibc' | 'musl';
  readonly bun: Bun.Build.CompileTarget;
  /** The package that holds Bun itself; pinned in release/runtimes. */
  readonly runtime: string;
}

/** Bun's x64 runtimes need no AVX: those that are called baseline are the same files. */
export const targets: readonly Target[] = [
  {
    name: 'linux-x64',
    os: 'linux',
    arch: 'x64',
    libc: 'glibc',
    bun: 'bun-linux-x64',
    runtime: '@oven/bun-linux-x64',
  },
  {
    name: 'linux-x64-musl',
    os: 'linux',
    arch: 'x64',
    libc: 'musl',
    bun: 'bun-linux-x64-musl',
    runtime: '@oven/bun-linux-x64-musl',
  },
  {
    name: 'linux-arm64',
    os: 'linux',
    arch: 'arm64',
    libc: 'glibc',
    bun: 'bun-linux-arm64',
    runtime: '@oven/bun-linux-aarch64',
  },
  {
    name: 'linux-arm64-musl',
    os: 'linux',
    arch: 'arm64',
    libc: 'musl',
    bun: 'bun-linux-arm64-musl',
    runtime: '@oven/bun-linux-aarch64-musl',
  },
  {
    name: 'darwin-x64',
    os: 'darwin',
    arch: 'x64',
    bun: 'bun-darwin-x64',
    runtime: '@oven/bun-darwin-x64',
  },
  {
    name: 'darwin-arm64',
    os: 'darwin',
    arch: 'arm64',
    bun: 'bun-darwin-arm64',
    runtime: '@oven/bun-darwin-aarch64',
  },
];

/** The targets of these names, comma-separated; fails at a name that none has. */
export function targetsNamed(names: string): readonly Target[] {
  return names.split(',').map((name) => {
    const found = targets.find((target) => target.name === name);
    if (found) return found;
    const known = targets.map((target) => target.name).join(', ');
    throw new Error(`There is no target ${name}. Those there are: ${known}.`);
  });
}
