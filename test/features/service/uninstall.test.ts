import { expect, test } from 'bun:test';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { install } from '../../../src/features/service/install-command.ts';
import { uninstall } from '../../../src/features/service/uninstall-command.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { FakeMachine, run } from './fake-machine.ts';

test('it stops the server, takes the unit away, and says what stays', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  await run(install, machine);
  copyFileSync(folder.at('user/groundmist.service'), folder.at('groundmist.service'));
  machine.ran.length = 0;
  const dry = await run(uninstall, machine, { dryRun: true });
  expect(dry.output).toStartWith('Would be stopped and removed: HERE/user/groundmist.service\n');
  expect(machine.ran).toEqual([]);
  const { output } = await run(uninstall, machine);
  expect(machine.ran).toEqual([
    'systemctl --user --no-ask-password disable --now groundmist.service',
    'systemctl --user --no-ask-password daemon-reload',
  ]);
  expect(existsSync(folder.at('user/groundmist.service'))).toBe(false);
  expect(existsSync(folder.at('env'))).toBe(true);
  expect(output).toContain(
    '  settings   HERE/env\n  documents  HERE/.data\n  unit       HERE/groundmist.service, which systemd does not read\n',
  );
  expect((await run(uninstall, machine)).output).toStartWith('Nothing to do');
});

test('whose the files of a service of the machine are now is said, with how to take them back', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  machine.isRoot = true;
  await run(install, machine, { system: true });
  const { output } = await run(uninstall, machine, { system: true });
  expect(output).toContain(
    'They are those of the user groundmist. To take them back: chown --recursive root: HERE/env HERE/.data\n',
  );
});

test('a unit that was changed by hand stays without --force', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  await run(install, machine);
  appendFileSync(folder.at('user/groundmist.service'), '# mine\n');
  expect((await run(uninstall, machine)).error).toMatchObject({ code: 'Usage' });
  expect(existsSync(folder.at('user/groundmist.service'))).toBe(true);
  expect((await run(uninstall, machine, { force: true })).error).toBeUndefined();
  expect(existsSync(folder.at('user/groundmist.service'))).toBe(false);
});

test('where systemd does not run, the unit and what enables it are removed as files', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  machine.isRoot = true;
  machine.hasSystemd = false;
  await run(install, machine, { system: true, prepare: true });
  mkdirSync(folder.at('system/multi-user.target.wants'));
  for (const name of ['groundmist.service', 'other.service'])
    symlinkSync(`../${name}`, folder.at(`system/multi-user.target.wants/${name}`));
  const { output, error } = await run(uninstall, machine, { system: true });
  expect(error).toBeUndefined();
  expect(output).toStartWith('Removed: HERE/system/groundmist.service\n');
  expect(machine.ran).toEqual([]);
  expect(readdirSync(folder.at('system'))).toEqual(['multi-user.target.wants']);
  expect(readdirSync(folder.at('system/multi-user.target.wants'))).toEqual(['other.service']);
});

test('what systemd does not do is told in its words, and the unit stays', async () => {
  using folder = temporaryFolder();
  const machine = new FakeMachine(folder);
  await run(install, machine);
  machine.answers.push(['systemctl --user --no-ask-password disable', { exitCode: 1, errors: 'No bus.' }]);
  const { error } = await run(uninstall, machine);
  expect(error).toMatchObject({
    code: 'ServiceFailed',
    message: 'systemd did not disable --now groundmist.service. It says: No bus.',
  });
  expect(existsSync(folder.at('user/groundmist.service'))).toBe(true);
});
