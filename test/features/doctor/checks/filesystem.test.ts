import { expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { filesystem, judge } from '../../../../src/features/doctor/checks/filesystem.ts';
import { findOne } from '../context.ts';

const path = '/srv/mist';

test.each([
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  '9p',
  'fuse.sshfs',
  'fuse.rclone',
  'fuse.s3fs',
  'fuse.glusterfs',
  'virtiofs',
  'vboxsf',
])('documents on %s are a problem', (type) => {
  const finding = judge(path, { type, path: '/srv', source: 'nas:/export' });
  expect(finding).toMatchObject({ kind: 'problem', cause: expect.stringContaining('(/srv, nas:/export)') });
});

test.each(['tmpfs', 'ramfs', 'overlay', 'exfat', 'fuseblk', 'fuse.somebodys-own'])(
  'documents on %s are a warning',
  (type) => {
    expect(judge(path, { type, path: '/', source: type })).toMatchObject({ kind: 'warning' });
  },
);

test.each(['ext4', 'xfs', 'btrfs', 'zfs', 'apfs', 'f2fs', 'fuse.mergerfs', 'fuse.gocryptfs', 'fuse.encfs'])(
  'documents on %s are ok',
  (type) => {
    expect(judge(path, { type, path: '/', source: '/dev/sda1' })).toMatchObject({ kind: 'ok' });
  },
);

test.if(existsSync('/dev/shm'))(
  'a folder that is really in memory is found out, also before it is made',
  async () => {
    const folder = mkdtempSync('/dev/shm/groundmist-test-');
    try {
      for (const directory of [folder, `${folder}/not/yet`]) {
        expect(await findOne(filesystem, { environment: { DATA_DIR: directory } })).toMatchObject({
          kind: 'warning',
          cause: expect.stringContaining('lies on tmpfs (/dev/shm)'),
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
