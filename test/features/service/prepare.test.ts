import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { install } from '../../../src/features/service/install-command.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { FakeMachine, run, settings } from './fake-machine.ts';

let folder: TemporaryFolder;
let machine: FakeMachine;
beforeEach(() => {
  folder = temporaryFolder();
  machine = new FakeMachine(folder);
  machine.isRoot = true;
});
afterEach(() => folder[Symbol.dispose]());

const prepared = { system: true, prepare: true } as const;
const unit = () => readFileSync(folder.at('system/groundmist.service'), 'utf8');

test('before there are settings the unit is that of the usual ones, and nothing wants it started', async () => {
  const { error, output } = await run(install, machine, prepared);
  expect(error).toBeUndefined();
  expect(output).toStartWith(
    'Written: HERE/system/groundmist.service\nThe server is not started now, nor with the machine.\nOnce there are settings, this',
  );
  expect(unit()).toContain(` serve --env-file ${machine.machineEnvFile}\n`);
  expect(unit()).toContain('\nReadWritePaths=-/var/lib/groundmist\n');
  expect(machine.ran).toEqual(['systemctl --no-ask-password daemon-reload']);
});

test('where systemd does not run it is only a file, which is shown with --dry-run', async () => {
  machine.hasSystemd = false;
  const dry = await run(install, machine, { ...prepared, dryRun: true });
  expect(existsSync(folder.at('system/groundmist.service'))).toBe(false);
  await run(install, machine, prepared);
  expect(dry.output).toBe(
    `# HERE/system/groundmist.service (0644)\n${unit().replaceAll(folder.path, 'HERE')}\n`,
  );
  expect(machine.ran).toEqual([]);
});

test('settings that are there already are what it is made of; later it is brought up to date', async () => {
  await run(install, machine, prepared);
  writeFileSync(machine.machineEnvFile, `${settings}DATA_DIR=${folder.at('documents')}\n`);
  await run(install, machine, prepared);
  expect(unit()).toContain(`\nReadWritePaths=-${folder.at('documents')}\n`);
  mkdirSync(folder.at('system/multi-user.target.wants'));
  symlinkSync('../groundmist.service', folder.at('system/multi-user.target.wants/groundmist.service'));
  expect((await run(install, machine, prepared)).output).toStartWith(
    'The server is not started now, only with the machine.\nThis has it run: groundmist service install --system',
  );
  const { error } = await run(install, machine, { system: true });
  expect(error).toBeUndefined();
  expect(machine.ran.at(-1)).toEndWith(' start groundmist.service');
});

test('a unit that was changed by hand stays', async () => {
  writeFileSync(folder.at('system/groundmist.service'), '[Service]\n');
  expect((await run(install, machine, prepared)).error).toMatchObject({ code: 'Usage' });
  expect(unit()).toBe('[Service]\n');
});

test('it is of the machine alone', async () => {
  machine.isRoot = false;
  const { error } = await run(install, machine, { prepare: true });
  expect(error).toMatchObject({ code: 'Usage', message: expect.stringContaining('add --system') });
});
