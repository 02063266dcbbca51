/** A system call that fails as on a broken disk. */
export interface FailingCall {
  readonly name: 'pwrite64' | 'write' | 'fsync' | 'fdatasync';
  readonly error: 'EIO' | 'ENOSPC';
  /** Only those on this file count, by its whole path. */
  readonly path: string;
  /** Which of them fail: `3` the third alone, `3+` it and all after it. */
  readonly when: string;
}

/** The words before a command in which a system call fails; its process id stays that of the command (-D). */
export function failingThrough({ name, error, path, when }: FailingCall): readonly string[] {
  const inject = `inject=${name}:error=${error}:when=${when}`;
  return ['strace', '-D', '-f', '-qq', '-o', '/dev/null', '-e', 'signal=none', '-P', path, '-e', inject];
}

/** Undefined where calls of a child can be made to fail; else why not. */
export function whyNoFailingCalls(): string | undefined {
  if (!Bun.which('strace')) return 'strace is not installed';
  const words = failingThrough({ name: 'write', error: 'EIO', path: '/dev/null', when: '1' });
  const attempt = Bun.spawnSync([...words, 'sh', '-c', 'echo lost >/dev/null || echo failed']);
  if (attempt.stdout.toString() === 'failed\n') return undefined;
  return `strace makes no call fail here: ${attempt.stderr.toString().trim()}`;
}
