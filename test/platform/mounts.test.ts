import { expect, test } from 'bun:test';
import { mountOf, networkFileSystem } from '../../src/platform/mounts.ts';

const mountInfo = String.raw`24 30 0:22 / /proc rw,relatime shared:12 - proc proc rw
30 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
41 30 0:40 / /srv rw,relatime - xfs /dev/sdb1 rw
42 41 0:41 / /srv/mist rw,relatime shared:2 master:1 - nfs4 nas:/export/mist rw,vers=4.2
43 30 0:42 / /mnt/my\040disk rw - fuse.sshfs alice@nas:/home\040dir rw
44 30 0:43 / /twice rw - ext4 /dev/sdc1 rw
45 30 0:44 / /twice rw - tmpfs tmpfs rw
`;

test.each([
  ['/var/lib/mist', 'ext4'],
  ['/srv', 'xfs'],
  ['/srv/mist/data', 'nfs4'],
  ['/srv/mistaken', 'xfs'],
  ['/mnt/my disk/data', 'fuse.sshfs'],
  ['/twice/data', 'tmpfs'],
])('%s lies on %s', (path, type) => {
  expect(mountOf(path, mountInfo)?.type).toBe(type);
});

test('a path with spaces is told as it is, with what is mounted there', () => {
  expect(mountOf('/mnt/my disk', mountInfo)).toEqual({
    path: '/mnt/my disk',
    type: 'fuse.sshfs',
    source: 'alice@nas:/home dir',
  });
});

test('what is no list of mounts says nothing', () => {
  expect(mountOf('/srv', 'nonsense\n\n - \n')).toBeUndefined();
});

test.each([
  ['nfs4', 'nfs4'],
  ['fuse.sshfs', 'fuse.sshfs'],
  ['fuse.mergerfs', undefined],
  ['fuse.gocryptfs', undefined],
  ['fuse.somebodys-own', undefined],
  ['ext4', undefined],
])('the disk of a file system of type %s is another machine’s: %s', (type, kind) => {
  expect(networkFileSystem('/', `36 35 98:0 / / rw - ${type} somewhere rw`)).toBe(kind);
});
