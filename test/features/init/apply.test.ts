import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { applyPlan } from '../../../src/features/init/apply.ts';
import { readBefore } from '../../../src/features/init/env-place.ts';
import { makePlan, type Plan } from '../../../src/features/init/plan.ts';
import { writeTogether } from '../../../src/platform/files.ts';
import { folderState, temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { did } from './wizard.ts';

/** A plan that writes all there is, into places below `folder`. */
function wholePlan(folder: TemporaryFolder, data = 'data', service: 'user' | 'system' = 'user'): Plan {
  const place = {
    envFile: folder.at('config/env'),
    dataDirectory: folder.at(data),
    isFoundEverywhere: true,
  };
  const answers = {
    owner: did,
    host: 'sync.example.com',
    port: '3031',
    listen: '127.0.0.1',
    tls: 'off',
    hasOwnTls: false,
    dataDirectory: folder.at(data),
  };
  const offers = { service, isCaddyfileWanted: true, publish: 'no' } as const;
  const options = { isForced: false, command: ['/usr/bin/true'], makeSecret: () => 'ab'.repeat(32) };
  return makePlan(answers, offers, readBefore(place), options);
}

test.each([0, 1, 2])(
  'where file %i of three cannot move in, nothing is written and no folder made',
  (failing) => {
    using folder = temporaryFolder();
    const before = folderState(folder.path).map(withoutTime);
    let renamed = 0;
    const rename: typeof renameSync = (from, to) => {
      if (renamed++ === failing) throw new Error('ENOSPC: no space left on device');
      renameSync(from, to);
    };
    const apply = () => applyPlan(wholePlan(folder), (files) => writeTogether(files, rename));
    expect(apply).toThrow('Nothing was written: ENOSPC: no space left on device.');
    expect(folderState(folder.path).map(withoutTime)).toEqual(before);
  },
);

test('a folder for documents that was there is as open again as it was', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('data'));
  chmodSync(folder.at('data'), 0o755);
  mkdirSync(folder.at('config'));
  writeFileSync(folder.at('config/env'), 'OTHER=1\n');
  const plan = wholePlan(folder);
  const before = folderState(folder.path).map(withoutTime);
  const write = (): never => {
    throw new Error('EROFS');
  };
  expect(() => applyPlan(plan, write)).toThrow('Nothing was written: EROFS.');
  expect(folderState(folder.path).map(withoutTime)).toEqual(before);
});

test.each([
  ['system', 0o755],
  ['user', 0o700],
] as const)('the %s service may pass the folders that are made above its documents', (service, above) => {
  using folder = temporaryFolder();
  applyPlan(wholePlan(folder, 'srv/mist/data', service));
  const modes = ['srv', 'srv/mist', 'srv/mist/data'].map((name) => statSync(folder.at(name)).mode & 0o777);
  expect(modes).toEqual([above, above, 0o700]);
});

/** Folders that something was made in, and taken away again, tell of it by their times alone. */
function withoutTime(line: string): string {
  const [name, mode, owner, inode, , , content] = line.split(' ');
  return [name, mode, owner, inode, content].join(' ');
}
