import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { choosePlace, readBefore } from '../../../src/features/init/env-place.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { machine } from './wizard.ts';

test('in a folder of its own a server has its settings and documents there', () => {
  using folder = temporaryFolder();
  expect(choosePlace(undefined, machine(folder.path))).toEqual({
    envFile: folder.at('.env'),
    dataDirectory: folder.at('.data'),
    isFoundEverywhere: false,
    usualEnvFile: '/home/alice/.config/groundmist/env',
  });
});

test('in a home they go where settings and data of a person go, unless a .env is there', () => {
  using folder = temporaryFolder();
  const homes = { home: folder.path, configHome: folder.at('.config'), dataHome: folder.at('.local/share') };
  const surroundings = machine(folder.path, homes);
  expect(choosePlace(undefined, surroundings)).toEqual({
    envFile: folder.at('.config/groundmist/env'),
    dataDirectory: folder.at('.local/share/groundmist'),
    isFoundEverywhere: true,
    usualEnvFile: folder.at('.config/groundmist/env'),
  });
  symlinkSync('elsewhere', folder.at('.env'));
  expect(choosePlace(undefined, surroundings).envFile).toBe(folder.at('.env'));
});

test('in a checkout of git, which is easily cleaned, they go there too', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('.git'));
  expect(choosePlace(undefined, machine(folder.path))).toMatchObject({
    envFile: '/home/alice/.config/groundmist/env',
    isFoundEverywhere: true,
  });
});

test.each(['/root', '/', '/home/alice'])(
  'root, who is in %s, sets up a server of the machine, whose service may enter its places',
  (workingFolder) => {
    const surroundings = machine(workingFolder, { isRoot: true, home: '/root' });
    expect(choosePlace(undefined, surroundings)).toEqual({
      envFile: '/etc/groundmist/env',
      dataDirectory: '/var/lib/groundmist',
      isFoundEverywhere: true,
      usualEnvFile: '/etc/groundmist/env',
    });
  },
);

test('root asks for a service of the machine wherever that may be, but where a server is set up already', () => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path, { isRoot: true });
  writeFileSync(folder.at('.env'), 'PORT=1\n');
  expect(choosePlace(undefined, surroundings, true)).toMatchObject({
    envFile: '/etc/groundmist/env',
    dataDirectory: '/var/lib/groundmist',
  });
  writeFileSync(folder.at('.env'), `GROUNDMIST_SYNC_SECRET_KEY=${'ab'.repeat(32)}\n`);
  expect(choosePlace(undefined, surroundings, true).envFile).toBe(folder.at('.env'));
  expect(choosePlace('env', surroundings, true).envFile).toBe('env');
  expect(choosePlace(undefined, machine(folder.path), true).envFile).toBe(folder.at('.env'));
});

test('a named file is beside its documents, and the usual one is the usual one under its name', () => {
  using folder = temporaryFolder();
  const surroundings = machine(folder.path);
  expect(choosePlace('/srv/mist/env', surroundings)).toEqual({
    envFile: '/srv/mist/env',
    dataDirectory: '/srv/mist/.data',
    isFoundEverywhere: false,
    usualEnvFile: '/home/alice/.config/groundmist/env',
  });
  const usual = '/home/alice/.config/groundmist/env';
  expect(choosePlace(usual, surroundings)).toMatchObject({ envFile: usual, isFoundEverywhere: true });
});

test('a folder that is missing is made where we chose it, and refused where the person did', () => {
  using folder = temporaryFolder();
  const place = { envFile: folder.at('a/b/env'), dataDirectory: folder.at('data') };
  expect(readBefore({ ...place, isFoundEverywhere: true }).entries).toEqual([]);
  expect(() => readBefore({ ...place, isFoundEverywhere: false })).toThrow('There is no folder');
});

test('what stands there and is no file is named', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('Caddyfile'));
  writeFileSync(folder.at('.env'), '');
  const place = { envFile: folder.at('.env'), dataDirectory: folder.at('data'), isFoundEverywhere: false };
  expect(() => readBefore(place)).toThrow(`${folder.at('Caddyfile')} is there, but it is not a file.`);
});

test('links are followed, and one that leads nowhere is named', () => {
  using folder = temporaryFolder();
  mkdirSync(folder.at('elsewhere'));
  writeFileSync(folder.at('elsewhere/site'), '');
  symlinkSync('elsewhere/site', folder.at('Caddyfile'));
  const place = { envFile: folder.at('.env'), dataDirectory: folder.at('data'), isFoundEverywhere: false };
  expect(readBefore(place).paths.caddyfile).toBe(folder.at('elsewhere/site'));
  symlinkSync('nowhere', folder.at('groundmist.service'));
  expect(() => readBefore(place)).toThrow('groundmist.service is a link to a file that is not there');
});
