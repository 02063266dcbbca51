import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import { install } from '../../../src/features/service/install-command.ts';
import { ownCommand } from '../../../src/platform/executable.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';
import { did, init, machine as machineOfInit } from '../init/wizard.ts';
import { FakeMachine, run, settings } from './fake-machine.ts';

let folder: TemporaryFolder;
let machine: FakeMachine;
beforeEach(() => {
  folder = temporaryFolder();
  machine = new FakeMachine(folder);
});
afterEach(() => folder[Symbol.dispose]());

const asRoot = { system: true } as const;

function becomeRoot(): void {
  machine.isRoot = true;
}

function loseSystemd(): void {
  machine.hasSystemd = false;
}

function why(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(folder.path, 'HERE') : '';
}

describe('a service of the machine', () => {
  beforeEach(becomeRoot);

  test('gets its user, its files and its unit, and is started', async () => {
    const { output, error } = await run(install, machine, asRoot);
    expect(error).toBeUndefined();
    expect(machine.ran).toEqual([
      'useradd --system --no-create-home --shell /usr/sbin/nologin groundmist',
      'install --directory --mode=0700 HERE/.data',
      'chown --recursive --no-dereference groundmist: HERE/env HERE/.data',
      'systemctl --no-ask-password daemon-reload',
      'systemctl --no-ask-password enable groundmist.service',
      'systemctl --no-ask-password start groundmist.service',
    ]);
    expect(readFileSync(folder.at('system/groundmist.service'), 'utf8')).toContain('\nUser=groundmist\n');
    expect(output).toContain('Written: HERE/system/groundmist.service\nThe server runs and is ready');
  });

  test('is only written and enabled with --no-start', async () => {
    const { output } = await run(install, machine, { ...asRoot, start: false });
    expect(machine.ran.at(-1)).toContain(' enable ');
    expect(output).toContain('The server is not started now');
  });

  test('is shown whole with --dry-run, and nothing is done', async () => {
    const { output } = await run(install, machine, { ...asRoot, dryRun: true });
    expect(output).toContain('# HERE/system/groundmist.service (0644)\n');
    expect(output).toEndWith(
      [
        '# Then:',
        'useradd --system --no-create-home --shell /usr/sbin/nologin groundmist',
        'install --directory --mode=0700 HERE/.data',
        'chown --recursive --no-dereference groundmist: HERE/env HERE/.data',
        'systemctl daemon-reload',
        'systemctl enable --now groundmist.service\n',
      ].join('\n'),
    );
    expect(machine.ran).toEqual([]);
    expect(existsSync(folder.at('system/groundmist.service'))).toBe(false);
  });

  test('may open the port of HTTP too where it has TLS of its own', async () => {
    appendFileSync(folder.at('env'), 'GROUNDMIST_TLS=auto\nGROUNDMIST_HOST=sync.example.com\n');
    const { output } = await run(install, machine, { ...asRoot, dryRun: true });
    expect(output).toContain('\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n');
    appendFileSync(folder.at('env'), 'GROUNDMIST_HTTP_PORT=8080\nPORT=8443\n');
    const high = await run(install, machine, { ...asRoot, dryRun: true });
    expect(high.output).toContain('\nAmbientCapabilities=\n');
  });

  test('that does not start tells in the words of the server, and not in those of systemd', async () => {
    machine.answers.push(
      ['systemctl --no-ask-password start', { exitCode: 1, errors: 'See "journalctl -xe".' }],
      ['systemctl --no-ask-password show', { output: 'InvocationID=0123' }],
      [
        'journalctl',
        {
          output:
            'Starting groundmist.service - x\n{"level":"fatal","message":"It cannot run:\\\\u001b[2J"}\ngroundmist: The disk\u001b[2J is away.\ngroundmist.service: Failed with result "x".',
        },
      ],
    );
    const { error } = await run(install, machine, asRoot);
    expect(error).toMatchObject({ code: 'ServiceFailed' });
    expect(why(error)).toBe(
      'The service does not start. It said:\n  It cannot run:\\u001b[2J\n  The disk\\u001b[2J is away.',
    );
    expect(machine.ran.at(-1)).toEndWith(' _SYSTEMD_INVOCATION_ID=0123 + INVOCATION_ID=0123');
  });

  test('whose user cannot be made is not installed', async () => {
    machine.answers.push(['useradd', { exitCode: 1, errors: 'useradd: cannot lock /etc/passwd' }]);
    const { error } = await run(install, machine, asRoot);
    expect(why(error)).toEndWith(' groundmist` failed: useradd: cannot lock /etc/passwd');
    expect(existsSync(folder.at('system/groundmist.service'))).toBe(false);
  });

  test('whose user another service knows of is given what is its own, and links lead to that', async () => {
    machine.answers.push(['useradd', { exitCode: 9, errors: "useradd: user 'groundmist' already exists" }]);
    mkdirSync(folder.at('disk'));
    symlinkSync('disk', folder.at('.data'));
    expect((await run(install, machine, asRoot)).error).toBeUndefined();
    expect(machine.ran).toContain('chown --recursive --no-dereference groundmist: HERE/env HERE/disk');
  });

  test('has its settings closed where others could read the secret, and that is said', async () => {
    chmodSync(folder.at('env'), 0o644);
    const { problems } = await run(install, machine, asRoot);
    expect(machine.ran).toContain('chmod 0600 HERE/env');
    expect(problems.join()).toContain('Others could read HERE/env, with the secret in it. Now they cannot');
  });

  test('has settings of its own left as they are, for touched they would be newer than the server', async () => {
    const id = statSync(folder.at('env')).uid;
    machine.serviceUser = { id, groupId: id, groupIds: [id], name: 'groundmist' };
    await run(install, machine, asRoot);
    expect(machine.ran).toContain('chown --recursive --no-dereference groundmist: HERE/.data');
  });

  test('that may not write its backups is started all the same, with what to type', async () => {
    machine.serviceUser = { id: 4_000_000, groupId: 4_000_000, groupIds: [4_000_000], name: 'groundmist' };
    mkdirSync(folder.at('backups'));
    appendFileSync(folder.at('env'), `GROUNDMIST_BACKUP_DIRECTORY=${folder.at('backups')}\n`);
    const { problems, output } = await run(install, machine, asRoot);
    expect(output).toContain('The server runs and is ready');
    expect(problems.join()).toContain('Type: chown groundmist: HERE/backups');
    expect(machine.ran.join()).not.toContain('useradd');
  });

  test('is refused where its user could not get to its files', async () => {
    mkdirSync(folder.at('closed'), { mode: 0o700 });
    appendFileSync(folder.at('env'), `DATA_DIR=${folder.at('closed/data')}\n`);
    const { error } = await run(install, machine, asRoot);
    expect(why(error)).toContain('who cannot get to HERE/closed/data: HERE/closed is closed to it.');
  });

  test.each(['DATA_DIR', 'GROUNDMIST_BACKUP_DIRECTORY'])(
    'is refused where its settings lie in its %s, for systemd reads them as root',
    async (name) => {
      appendFileSync(folder.at('env'), `${name}=${folder.path}\n`);
      const { error } = await run(install, machine, asRoot);
      expect(why(error)).toStartWith('The settings HERE/env lie in HERE, where the service may write');
      expect(machine.ran).toEqual([]);
    },
  );

  test('is refused where everybody may write beside its settings', async () => {
    chmodSync(folder.path, 0o1777);
    const { error } = await run(install, machine, asRoot);
    expect(why(error)).toStartWith('The settings HERE/env lie where everybody may write');
    expect(machine.ran).toEqual([]);
  });

  test('has the settings of the machine, where it has some and no others are named', async () => {
    writeFileSync(machine.machineEnvFile, `${settings}DATA_DIR=${folder.at('documents')}\n`);
    const own = await run(install, machine, { ...asRoot, dryRun: true });
    expect(own.output).toContain('chown --recursive --no-dereference groundmist: HERE/etc HERE/documents');
    const named = await run(install, machine, { ...asRoot, dryRun: true, envFile: folder.at('env') });
    expect(named.output).toContain('chown --recursive --no-dereference groundmist: HERE/env HERE/.data');
  });

  test('is refused where its documents would be among other things, which it would be given', async () => {
    mkdirSync(folder.at('shared/programs'), { recursive: true });
    appendFileSync(folder.at('env'), `DATA_DIR=${folder.at('shared')}\n`);
    const { error } = await run(install, machine, asRoot);
    expect(why(error)).toStartWith('HERE/shared holds other things.');
    expect(machine.ran).toEqual([]);
  });
});

describe("a service of a person's own", () => {
  test('is theirs, and lingers', async () => {
    const { error } = await run(install, machine);
    expect(error).toBeUndefined();
    expect(machine.ran).toEqual([
      'loginctl --no-ask-password enable-linger alice',
      'systemctl --user --no-ask-password daemon-reload',
      'systemctl --user --no-ask-password enable groundmist.service',
      'systemctl --user --no-ask-password start groundmist.service',
    ]);
    expect(readFileSync(folder.at('user/groundmist.service'), 'utf8')).not.toContain('User=');
  });

  test('is installed also where root alone may let it linger, which is said', async () => {
    machine.answers.push(['loginctl', { exitCode: 1, errors: 'Access denied' }]);
    const { error, output, problems } = await run(install, machine);
    expect(error).toBeUndefined();
    expect(output).toContain('ready; it starts when alice logs in.');
    expect(problems.join('\n')).toContain('(Access denied). Type: sudo loginctl enable-linger alice');
  });

  test('is not installed where its unit cannot be written', async () => {
    rmSync(folder.at('user'), { recursive: true });
    writeFileSync(folder.at('user'), 'a file');
    const { error } = await run(install, machine);
    expect(error).toMatchObject({ code: 'ServiceFailed' });
    expect(why(error)).toStartWith('HERE/user/groundmist.service could not be written: ');
  });

  test('is not installed where their systemd does not run', async () => {
    machine.answers.push(['loginctl', { exitCode: 1, errors: 'Access denied' }]);
    machine.ownSystemd = false;
    const { error } = await run(install, machine);
    expect(error).toMatchObject({ code: 'ServiceFailed' });
    expect(why(error)).toContain('or type `sudo loginctl enable-linger alice`, then run this again');
  });
});

describe('the unit that `init` wrote beside the settings', () => {
  const beside = () => folder.at('groundmist.service');
  const installed = () => readFileSync(folder.at('user/groundmist.service'), 'utf8');

  test.each(['user', 'system'] as const)('is that of service install, to the byte (%s)', async (unit) => {
    rmSync(folder.at('env'));
    machine.isRoot = unit === 'system';
    machine.command = ownCommand();
    const surroundings = machineOfInit(folder.path);
    const options = { unit, envFile: folder.at('env') };
    const { error } = await init({ surroundings, flags: { ATPROTO_DID: did }, options });
    expect(error).toBeUndefined();
    appendFileSync(folder.at('env'), 'GROUNDMIST_BACKUP_DIRECTORY=backups\n');
    await init({
      surroundings,
      flags: { GROUNDMIST_HOST: 'sync.example.com', GROUNDMIST_TLS: 'auto' },
      options,
    });
    const written = readFileSync(beside(), 'utf8');
    machine.firstOpenPort = 80;
    await run(install, machine, { system: unit === 'system' });
    expect(readFileSync(folder.at(`${unit}/groundmist.service`), 'utf8')).toBe(written);
    expect(readFileSync(beside(), 'utf8')).toBe(written);
  });

  test('is brought up to date with the one that systemd reads', async () => {
    await run(install, machine);
    writeFileSync(beside(), installed());
    machine.command = ['/usr/bin/env'];
    const { output } = await run(install, machine);
    expect(output).toContain('Written: HERE/user/groundmist.service\nWritten: HERE/groundmist.service\n');
    expect(readFileSync(beside(), 'utf8')).toBe(installed());
  });

  test('names the settings where links lead, as the other does', async () => {
    mkdirSync(folder.at('real'));
    renameSync(folder.at('env'), folder.at('real/env'));
    symlinkSync('real/env', folder.at('env'));
    expect((await run(install, machine)).error).toBeUndefined();
    expect(installed()).toContain(` serve --env-file ${folder.at('real/env')}\n`);
  });

  test('to which systemd had a link is one of two files then, which say the same', async () => {
    await run(install, machine);
    writeFileSync(beside(), installed());
    rmSync(folder.at('user/groundmist.service'));
    symlinkSync('../groundmist.service', folder.at('user/groundmist.service'));
    machine.command = ['/usr/bin/env'];
    expect((await run(install, machine)).error).toBeUndefined();
    expect(lstatSync(folder.at('user/groundmist.service')).isFile()).toBe(true);
    expect(installed()).toContain('\nExecStart=/usr/bin/env serve ');
    expect(readFileSync(beside(), 'utf8')).toBe(installed());
  });

  test('is refused where it was changed by hand, for systemd would not hear of that; until --force', async () => {
    await run(install, machine);
    writeFileSync(beside(), `${installed()}# mine\n`);
    machine.ran.length = 0;
    const { error } = await run(install, machine);
    expect(why(error)).toStartWith('HERE/groundmist.service was changed by hand');
    expect(machine.ran).toEqual([]);
    await run(install, machine, { force: true });
    expect(readFileSync(beside(), 'utf8')).toBe(installed());
  });

  test('is not taken for ours where it has not our mark, nor where it is a link', async () => {
    writeFileSync(beside(), '[Service]\nExecStart=/usr/bin/true\n');
    expect((await run(install, machine)).error).toBeUndefined();
    expect(readFileSync(beside(), 'utf8')).toBe('[Service]\nExecStart=/usr/bin/true\n');
    rmSync(beside());
    symlinkSync('user/groundmist.service', beside());
    machine.command = ['/usr/bin/env'];
    expect((await run(install, machine)).error).toBeUndefined();
    expect(readFileSync(beside(), 'utf8')).toBe(installed());
  });
});

describe('refused, and nothing is done,', () => {
  test.each([
    ['is root without --system', becomeRoot, {}, ['Usage', 'add --system']],
    [
      'is --system without root',
      () => {},
      { system: true },
      ['RootRequired', 'sudo /usr/bin/true service install --system --env-file HERE/env'],
    ],
    ['is a machine without systemd', loseSystemd, {}, ['ServiceFailed', '`groundmist serve`']],
    [
      'are settings with which no server starts',
      () => writeFileSync(folder.at('env'), 'PORT=none\n'),
      {},
      ['ConfigurationInvalid', 'ATPROTO_DID is not set'],
    ],
    [
      'is a server that would be open to all without a name',
      () => appendFileSync(folder.at('env'), 'GROUNDMIST_LISTEN=0.0.0.0\n'),
      {},
      ['ConfigurationInvalid', 'it needs its public name'],
    ],
  ] as const)('%s', async (_, prepare, options, [code, sentence]) => {
    prepare();
    const { error } = await run(install, machine, options);
    expect(error).toMatchObject({ code });
    expect(why(error)).toContain(sentence);
    expect(machine.ran).toEqual([]);
  });

  test('is a unit that was changed by hand, until --force', async () => {
    const path = folder.at('user/groundmist.service');
    await run(install, machine);
    appendFileSync(path, '# mine\n');
    machine.ran.length = 0;
    const { error } = await run(install, machine);
    expect(why(error)).toStartWith('HERE/user/groundmist.service was changed by hand');
    expect(machine.ran).toEqual([]);
    await run(install, machine, { force: true });
    expect(readFileSync(path, 'utf8')).not.toContain('# mine');
  });

  test('is a second server on the same documents: one that runs, and one of the machine', async () => {
    const holder = { pid: process.pid, startedAt: 0, listen: '127.0.0.1:3031' };
    const lock = lockDataDirectory(folder.at('.data'), holder);
    const running = await run(install, machine);
    lock.release();
    expect(running.error).toMatchObject({ code: 'Busy' });
    expect(why(running.error)).toContain(`The process ${process.pid} works with HERE/.data now.`);

    const other = folder.at('system/groundmist.service');
    writeFileSync(other, `[Service]\nExecStart=/usr/bin/true serve --env-file ${folder.at('env')}\n`);
    const installed = await run(install, machine);
    expect(why(installed.error)).toContain('`groundmist service uninstall --system` takes it away first');
    expect(machine.ran).toEqual([]);
    rmSync(other);
    expect((await run(install, machine)).error).toBeUndefined();
  });
});

test('a service of a person is refused where its ports are for root, before anything is written', async () => {
  appendFileSync(folder.at('env'), 'GROUNDMIST_TLS=auto\nGROUNDMIST_HOST=sync.example.com\n');
  const { error } = await run(install, machine);
  expect(why(error)).toContain('ports 80 and 443: ports below 1024 are for root');
  expect(why(error)).toContain('sudo groundmist service install --system');
  expect(machine.ran).toEqual([]);
  machine.firstOpenPort = 80;
  expect((await run(install, machine)).error).toBeUndefined();
});

test('a server that waits for its certificate runs, and is not said to be ready', async () => {
  const says = 'Not ready: There is no certificate for sync.example.com yet, so apps cannot come in.';
  machine.answers.push(['systemctl --user --no-ask-password show', { output: `StatusText=${says}\n` }]);
  const { output } = await run(install, machine);
  expect(output).toContain('The server runs; it starts');
  expect(output).toContain('It is not ready yet. It says: There is no certificate for sync.example.com yet');
});
