export interface Mount {
  /** Where it is mounted. */
  readonly path: string;
  /** `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string;
  /** What is mounted there: a device, `server:/export`. */
  readonly source: string;
}

/** The mount that an absolute path without links lies on, in the words of `/proc/self/mountinfo` (`man 5 proc_pid_mountinfo`). */
export function mountOf(path: string, mountInfo: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountInfo.split('\n')) {
    const mount = readMount(line);
    // What is mounted later covers what was there.
    if (mount && holds(mount.path, path) && mount.path.length >= (found?.path.length ?? 0)) found = mount;
  }
  return found;
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: there may be none or several words before the dash. */
function readMount(line: string): Mount | undefined {
  const [before = '', after] = line.split(' - ');
  const path = before.split(' ')[4];
  const [type, source = ''] = (after ?? '').split(' ');
  if (path === undefined || !type) return undefined;
  return { path: unescapeOctal(path), type, source: unescapeOctal(source) };
}

function holds(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
