import { expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { findAwayDisk } from '../../src/platform/expected-disks.ts';
import { temporaryFolder } from '../support/folder.ts';

test('a disk that is to be mounted on the way to a path and is not is found, also where its folder is missing', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('disk'));
  const table = `# ${folder.path}
UUID=1 / ext4 defaults 0 1
UUID=2 none swap sw 0 0
UUID=3 ${folder.at('disk')}/ ext4 nofail 0 2
UUID=4 ${folder.at('my\\040disk')} ext4 nofail 0 2
/srv/x ${folder.at('bound')} none bind 0 0
`;
  expect(findAwayDisk(folder.at('disk/data'), table)).toBe(folder.at('disk'));
  expect(findAwayDisk(folder.at('disk'), table)).toBe(folder.at('disk'));
  expect(findAwayDisk(folder.at('my disk/data'), table)).toBe(folder.at('my disk'));
  for (const elsewhere of ['disks', 'data', 'bound/data'])
    expect(findAwayDisk(folder.at(elsewhere), table)).toBeUndefined();
});

test.if(process.platform === 'linux')('a disk that is mounted is there', () => {
  expect(findAwayDisk('/proc/self', 'proc /proc proc defaults 0 0')).toBeUndefined();
  expect(findAwayDisk('/data', '')).toBeUndefined();
});
