import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync } from 'node:fs';
import { describeClosed } from '../../../src/core/service/closed-paths.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a folder on the way that only its owner may enter keeps the service out, a missing one does not', () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o711);
  expect(describeClosed([folder.at('env'), folder.at('missing/data')])).toBeUndefined();
  mkdirSync(folder.at('closed'), { mode: 0o700 });
  expect(describeClosed([folder.at('env'), folder.at('closed/missing/data')])).toContain(
    `${folder.at('closed/missing/data')}: ${folder.at('closed')} is closed to it.`,
  );
});
