import { statfsSync } from 'node:fs';

/** Numbers that `statfs` gives file systems whose disk is another machine's (statfs(2), Linux). */
const names: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x01021997: '9P',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
  0x65735546: 'FUSE',
};

/** What kind of file system `path` is on, where its disk may be another machine's; undefined where it is this one's. */
export function networkFileSystem(
  path: string,
  typeOf = (place: string): number => statfsSync(place).type,
): string | undefined {
  // Numbers of other systems mean other things.
  if (process.platform !== 'linux') return undefined;
  return names[typeOf(path) >>> 0];
}
