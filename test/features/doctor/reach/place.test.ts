import { expect, test } from 'bun:test';
import { lockDataDirectory } from '../../../../src/core/store/lock.ts';
import { readPlace } from '../../../../src/features/doctor/reach/place.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { contextOf } from '../context.ts';

test.each([
  ['127.0.0.1:4999', '127.0.0.1:4999'],
  ['0.0.0.0:4999', '127.0.0.1:4999'],
  [':::4999', '127.0.0.1:4999'],
  ['fd00::2:4999', '[fd00::2]:4999'],
  ['127.0.0.1:0', '127.0.0.1:3033'],
  ['', '127.0.0.1:3033'],
])('a server that listens on %p is reached at %p, whatever the settings say now', (listen, expected) => {
  using folder = temporaryFolder();
  using _ = lockDataDirectory(folder.path, { pid: process.pid, startedAt: 0, listen });
  const environment = { DATA_DIR: folder.path, PORT: '3033' };
  expect(readPlace(contextOf({ environment })).upstream).toBe(expected);
});

test('without a running server it is reached where the settings will have it', () => {
  using folder = temporaryFolder();
  const environment = { DATA_DIR: folder.path, PORT: '3033', GROUNDMIST_LISTEN: '::1' };
  expect(readPlace(contextOf({ environment })).upstream).toBe('[::1]:3033');
});
