import { expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../../src/features/demo/folder.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a folder of its own, which goes with all that was written into it', () => {
  using parent = temporaryFolder();
  const folder = makeFolder(parent.path);
  writeFileSync(join(folder.path, 'env'), 'A=b');
  expect(folder.path).toStartWith(`${parent.path}/groundmist-demo-`);
  folder[Symbol.dispose]();
  expect(existsSync(folder.path)).toBe(false);
});

test('where it cannot be made the sentence says why, and how to name another place', () => {
  using parent = temporaryFolder();
  writeFileSync(parent.at('file'), '');
  expect(() => makeFolder(parent.at('gone'))).toThrow(
    `The demo cannot make a folder in ${parent.at('gone')}: there is no such folder. Name another place: TMPDIR=<folder> groundmist demo.`,
  );
  expect(() => makeFolder(parent.at('file'))).toThrow('it is not a folder');
});
