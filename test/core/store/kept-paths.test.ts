import { expect, test } from 'bun:test';
import { isKeptPath, keptPath } from '../../../src/core/store/kept-paths.ts';
import {
  accountKeyPath,
  certificateAttemptsPath,
  certificatePath,
  controlDatabasePath,
} from '../../../src/core/store/layout.ts';

const data = '/srv/data';

test('no backup has the certificate, its key or the account: they are made anew', () => {
  for (const path of [certificatePath(data), accountKeyPath(data), certificateAttemptsPath(data)]) {
    expect([path, isKeptPath(keptPath(data, path))]).toEqual([path, false]);
  }
  expect(isKeptPath(keptPath(data, controlDatabasePath(data)))).toBe(true);
});
