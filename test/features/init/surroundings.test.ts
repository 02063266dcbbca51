import { expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Configuration } from '../../../src/configuration.ts';
import { systemSurroundings } from '../../../src/features/init/surroundings.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { recordingTerminal } from '../../support/terminal.ts';

test("a unit that the person's systemd starts is known by the link that enabling it made", () => {
  using folder = temporaryFolder();
  const environment = { HOME: folder.path };
  const terminal = { ...recordingTerminal(), environment };
  const { isEnabled } = systemSurroundings(new Configuration({ flags: {}, environment }), terminal);
  const unit = folder.at('groundmist.service');
  writeFileSync(unit, '');
  expect(isEnabled('user', unit)).toBe(false);
  const wants = folder.at('.config/systemd/user/default.target.wants');
  mkdirSync(wants, { recursive: true });
  symlinkSync(unit, `${wants}/groundmist.service`);
  expect(isEnabled('user', unit)).toBe(true);
  expect(isEnabled('user', folder.at('other.service'))).toBe(false);
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
