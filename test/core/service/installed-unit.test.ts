import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { isEnabled, readInstalledUnit } from '../../../src/core/service/installed-unit.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('what the owner adds to a unit counts, the last word of it most', () => {
  using folder = temporaryFolder();
  expect(readInstalledUnit('user', folder.path)).toBeUndefined();
  writeFileSync(folder.at('groundmist.service'), '[Service]\nUser=one\nExecStart=/bin/one serve\n');
  mkdirSync(folder.at('groundmist.service.d'));
  writeFileSync(
    folder.at('groundmist.service.d/b.conf'),
    '[Service]\nExecStart=\nExecStart=/bin/three serve\n',
  );
  writeFileSync(
    folder.at('groundmist.service.d/a.conf'),
    '[Service]\nUser=two\nExecStart=\nExecStart=/bin/two\n',
  );
  writeFileSync(folder.at('groundmist.service.d/notes'), '[Service]\nUser=four\n');
  expect(readInstalledUnit('user', folder.path)).toMatchObject({
    scope: 'user',
    path: folder.at('groundmist.service'),
    user: 'two',
    words: ['/bin/three', 'serve'],
    dropIns: [folder.at('groundmist.service.d/a.conf'), folder.at('groundmist.service.d/b.conf')],
  });
});

test.each(['multi-user.target.wants', 'graphical.target.requires'])(
  'it is enabled by a link in %s',
  (target) => {
    using folder = temporaryFolder();
    const unit = { folder: folder.path, name: 'groundmist.service' };
    expect(isEnabled(unit)).toBe(false);
    mkdirSync(folder.at(target));
    symlinkSync(folder.at('groundmist.service'), folder.at(`${target}/groundmist.service`));
    expect(isEnabled(unit)).toBe(true);
  },
);
