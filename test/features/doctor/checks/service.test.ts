import { describe, expect, test } from 'bun:test';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { judgeUnit, service } from '../../../../src/features/doctor/checks/service.ts';
import { findUnit } from '../../../../src/features/doctor/units.ts';
import { readInstalledUnit } from '../../../../src/core/service/installed-unit.ts';
import { unitText } from '../../../../src/core/service/unit.ts';
import { unitOfSettings } from '../../../../src/core/service/unit-of-settings.ts';
import { currentUser } from '../../../../src/platform/users.ts';
import { temporaryFolder, type TemporaryFolder } from '../../../support/folder.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { contextOf, find, findOne, goodSecret, owner } from '../context.ts';

/** A machine with a unit of the person's, and one of the system's where it is asked for. */
function plant(folder: TemporaryFolder, program: string = process.execPath) {
  const [user, system] = [folder.at('config/systemd/user'), folder.at('system')];
  const text = `[Service]\nExecStart="${program}" serve\nWorkingDirectory=${folder.at('data')}\nUser=mist\n`;
  for (const place of [user, system]) mkdirSync(place, { recursive: true });
  const given = {
    environment: { DATA_DIR: folder.at('data') },
    terminal: recordingTerminal({ environment: { XDG_CONFIG_HOME: folder.at('config') } }),
  };
  return {
    user,
    system,
    given,
    write: (place: string) => writeFileSync(`${place}/groundmist.service`, text),
    enable(place: string, target: string) {
      mkdirSync(`${place}/${target}`);
      symlinkSync(`${place}/groundmist.service`, `${place}/${target}/groundmist.service`);
    },
    unit: () => findUnit(contextOf(given), system) ?? expect.unreachable(),
  };
}

describe.if(process.platform === 'linux')('where systemd is to start the server', () => {
  test('a unit that is enabled is ok', () => {
    using folder = temporaryFolder();
    const machine = plant(folder);
    machine.write(machine.system);
    expect(machine.unit()).toMatchObject({ scope: 'system', user: 'mist', program: process.execPath });
    expect(judgeUnit(machine.unit(), folder.path)).toMatchObject([
      {
        kind: 'warning',
        cause: expect.stringContaining('not enabled'),
        cure: expect.stringMatching(/systemctl enable groundmist$/),
      },
    ]);
    machine.enable(machine.system, 'multi-user.target.wants');
    expect(judgeUnit(machine.unit(), folder.path)).toMatchObject([{ kind: 'ok' }]);
  });

  test('one of a person who does not linger is a warning, for it ends with their session', () => {
    using folder = temporaryFolder();
    const machine = plant(folder);
    machine.write(machine.user);
    machine.enable(machine.user, 'default.target.wants');
    expect(judgeUnit(machine.unit(), folder.at('linger'))).toMatchObject([
      { kind: 'warning', cure: 'loginctl enable-linger' },
    ]);
    mkdirSync(folder.at('linger'));
    writeFileSync(folder.at(`linger/${currentUser()?.name ?? currentUser()?.id}`), '');
    expect(judgeUnit(machine.unit(), folder.at('linger'))).toMatchObject([{ kind: 'ok' }]);
  });

  test('one whose program is gone is a problem', async () => {
    using folder = temporaryFolder();
    const machine = plant(folder, '/nowhere/groundmist');
    machine.write(machine.user);
    expect((await find(service, machine.given))[0]).toMatchObject({
      kind: 'problem',
      cause: expect.stringContaining('/nowhere/groundmist, which is not there'),
    });
  });

  test('a unit that is older than its settings is a warning, with the line that makes it fit', () => {
    using folder = temporaryFolder();
    const values = { ATPROTO_DID: owner, GROUNDMIST_SYNC_SECRET_KEY: goodSecret, PORT: '3031' };
    const place = { envFile: folder.at('env'), dataDirectory: '.data', scope: 'system' } as const;
    const command = [process.execPath, '--no-env-file', '/x.ts'];
    const text = unitText(unitOfSettings({ ...place, values, port: 3031, command }));
    writeFileSync(folder.at('groundmist.service'), text);
    const unit = readInstalledUnit('system', folder.path) ?? expect.unreachable();
    const judge = (settings: Readonly<Record<string, string>>) =>
      judgeUnit(unit, folder.path, { path: place.envFile, values: settings });
    expect(judge({ ...values, DATA_DIR: '.data' })).toMatchObject([
      { cause: expect.stringContaining('enabled') },
    ]);
    expect(judge({ ...values, DATA_DIR: '.data', PORT: '443' })[0]).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining('is not what the settings make of it now'),
      cure: expect.stringContaining(`groundmist service install --system --env-file ${place.envFile}`),
    });
    // Of wrong settings another check tells.
    expect(judge({ ...values, PORT: 'none' })).toHaveLength(1);
  });

  test('no unit is ok', async () => {
    using folder = temporaryFolder();
    expect(await findOne(service, plant(folder).given)).toMatchObject({ kind: 'ok' });
  });
});
