import { describe, expect, test } from 'bun:test';
import { allSettings } from '../src/all-settings.ts';
import { features } from '../src/features.ts';
import { readSettings } from '../src/platform/config.ts';
import { redact } from '../src/platform/redact.ts';
import { coreSettings } from '../src/settings.ts';

const { host, privateHosts } = coreSettings;

function read(environment: Readonly<Record<string, string>>) {
  return readSettings({ host, privateHosts }, { flags: {}, environment });
}

describe('GROUNDMIST_HOST', () => {
  test.each(['sync.example.com', 'NAS', 'localhost:3031', '[::1]:3031'])('may be %s', (name) => {
    expect(read({ GROUNDMIST_HOST: name })).toMatchObject({ kind: 'values', values: { host: name } });
  });

  test.each([
    ['https://sync.example.com', 'leave out the scheme (https://)'],
    ['sync.example.com/', 'leave out the path (everything from the first "/")'],
    ['a@sync.example.com', 'leave out the user (everything up to "@")'],
    ['sync.example.com:0', 'the port "0" is not a whole number from 1 to 65535'],
    ['127.1', 'write it as 127.0.0.1'],
  ])('that is %s is answered with what to do', (name, what) => {
    expect(read({ GROUNDMIST_HOST: name })).toEqual({
      kind: 'problems',
      problems: [`GROUNDMIST_HOST "${name}": ${what}`],
    });
  });
});

describe('GROUNDMIST_PRIVATE_HOSTS', () => {
  test('are exact names with commas between, in lower case as URLs have them', () => {
    const text = ' 127.0.0.1:2582, PDS.home.lan,[::1]:8443 ,, nas:443';
    expect(read({ GROUNDMIST_PRIVATE_HOSTS: text })).toEqual({
      kind: 'values',
      values: { host: undefined, privateHosts: ['127.0.0.1:2582', 'pds.home.lan', '[::1]:8443', 'nas:443'] },
    });
  });

  test.each(['http://pds.home.lan', '*.home.lan', '10.0.0.0/8', 'pds.home.lan:', '0x7f.1', 'a b'])(
    'with "%s" among them are refused, and that one is named',
    (entry) => {
      const reading = read({ GROUNDMIST_PRIVATE_HOSTS: `pds.home.lan,${entry}` });
      expect(JSON.stringify(reading)).toContain(
        JSON.stringify(`"${entry}" is no host[:port]: `).slice(1, -1),
      );
    },
  );
});

describe('DATA_DIR', () => {
  const { dataDirectory } = coreSettings;
  const readPath = (path: string) =>
    readSettings({ dataDirectory }, { flags: {}, environment: { DATA_DIR: path } });

  test.each(['~', '~/data', '~alice/data'])(
    'that is %s would be a folder of that name, and is refused',
    (path) => {
      expect(readPath(path)).toEqual({
        kind: 'problems',
        problems: [`DATA_DIR "${path}": "~" is not read as your home folder here; write the whole path`],
      });
    },
  );

  test.each(['./~', 'a~', '/srv/~/data'])('may be %s', (path) => {
    expect(readPath(path)).toMatchObject({ kind: 'values' });
  });
});

test('every setting that is secret is hidden by its name, wherever that stands', () => {
  const secret = allSettings(features).filter((setting) => setting.secret === true);
  expect(secret.map(({ env }) => env)).toContain('GROUNDMIST_BACKUP_PASSPHRASE');
  for (const { env } of secret) expect(redact(`PORT=1 ${env}=canary`)).toBe(`PORT=1 ${env}=[hidden]`);
});
