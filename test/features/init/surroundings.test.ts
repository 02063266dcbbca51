import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Configuration } from '../../../src/configuration.ts';
import { findService, systemSurroundings } from '../../../src/features/init/surroundings.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { recordingTerminal } from '../../support/terminal.ts';

test("a service of the person's is theirs where it names the env file, and is started by something", () => {
  using folder = temporaryFolder();
  const environment = { HOME: folder.path };
  const wants = '.config/systemd/user/default.target.wants';
  mkdirSync(folder.at(wants), { recursive: true });
  writeFileSync(
    folder.at('.config/systemd/user/groundmist.service'),
    '[Service]\nExecStart=/usr/bin/true serve --env-file /srv/mist/.env\n',
  );
  expect(findService('/srv/mist/.env', environment)).toBeUndefined();
  symlinkSync('../groundmist.service', folder.at(`${wants}/groundmist.service`));
  expect(findService('/srv/mist/.env', environment)).toBe('user');
  expect(findService('/srv/other/.env', environment)).toBeUndefined();
});

test.each([
  ['127.0.0.1', 'free'],
  ['[::1]', 'free'],
  ['192.0.2.1', 'foreign'],
] as const)('port 0 of %s is %s', async (address, state) => {
  const configuration = new Configuration({ flags: {}, environment: {} });
  const { stateOfPort } = systemSurroundings(configuration, recordingTerminal());
  expect(await stateOfPort(0, address)).toBe(state);
});
