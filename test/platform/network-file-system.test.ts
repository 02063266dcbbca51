import { expect, test } from 'bun:test';
import { networkFileSystem } from '../../src/platform/network-file-system.ts';
import { temporaryFolder } from '../support/folder.ts';

test('the disk of this machine is no network', () => {
  using folder = temporaryFolder();
  expect(networkFileSystem(folder.path)).toBeUndefined();
});

test.if(process.platform === 'linux').each([
  [0x6969, 'NFS'],
  // As 32 bits with a sign, which some systems give.
  [0xff534d42 | 0, 'CIFS'],
  [0xef53, undefined],
])('a file system of type %i is %s', (type, kind) => {
  expect(networkFileSystem('/', () => type)).toBe(kind);
});
