import { readFileSync, realpathSync } from 'node:fs';

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

/** What Linux knows of what is mounted where; undefined on a system that does not tell. */
export function readMountInfo(): string | undefined {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return undefined;
  }
}

/** Where locks and syncs are not those of a disk of this machine (https://sqlite.org/lockingv3.html#how_to_corrupt, https://sqlite.org/wal.html). */
const networked =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|lustre|gfs2|ocfs2|beegfs|glusterfs|ncpfs|coda|davfs|virtiofs|vboxsf|prl_fs)$/;

/** Programs that show what lies on another machine as folders: in what FUSE itself says nothing tells. */
const networkedFuse =
  /^fuse\.(?:sshfs|s3fs|rclone|glusterfs|curlftpfs|davfs2?|gcsfuse|goofys|geesefs|mount-s3|blobfuse2?|juicefs|ceph|ceph-fuse|seaweedfs|weed|moosefs|mfs|lizardfs|saunafs|cvmfs2?|google-drive-ocamlfuse|onedriver|fuse_dfs|smbnetfs|vmhgfs-fuse|gvfsd-fuse|alluxio-fuse|s3ql|s3backer)$/;
/** Those of disks of this machine, whose files they show as they are. */
const localFuse = /^fuse\.(?:mergerfs|bindfs|gocryptfs|encfs|cryfs|securefs|ext[234]|fuse-ext2|unionfs)$/;

/** Whether the disk of this type of file system is another machine's. */
export function isNetworked({ type }: Pick<Mount, 'type'>): boolean {
  return networked.test(type) || networkedFuse.test(type);
}

/** Whether a program of which nothing is known shows this file system: it may keep locks and syncs, and may not. */
export function isOfUnknownProgram({ type }: Pick<Mount, 'type'>): boolean {
  return type.startsWith('fuse.') && !networkedFuse.test(type) && !localFuse.test(type);
}

/** The type of the file system that a path is on, where its disk is another machine's; undefined where it is this one's, or not told. */
export function networkFileSystem(path: string, mountInfo = readMountInfo()): string | undefined {
  const mount = mountInfo === undefined ? undefined : mountOf(realpathSync(path), mountInfo);
  return mount !== undefined && isNetworked(mount) ? mount.type : undefined;
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

export function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
