import { describe, expect, test } from 'bun:test';
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { lockPath } from '../../../../src/core/store/layout.ts';
import { lockDataDirectory } from '../../../../src/core/store/lock.ts';
import { makeServerCheck } from '../../../../src/features/doctor/checks/server.ts';
import { version as versionCheck } from '../../../../src/features/doctor/checks/version.ts';
import { isStopped, programOf, type RunningProgram } from '../../../../src/platform/processes.ts';
import { version } from '../../../../src/platform/version.ts';
import { eventually } from '../../../support/eventually.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { recordingTerminal } from '../../../support/terminal.ts';
import { AnsweringServer } from '../answering-server.ts';
import { findOne, goodSecret, owner, strangerId } from '../context.ts';

/** Other servers may run on the machine of a test. */
const server = makeServerCheck(() => []);
const holder = { pid: 4242, startedAt: 0, listen: '127.0.0.1:3031' };

test('a server that runs with these settings is ok', async () => {
  using folder = temporaryFolder();
  using _lock = lockDataDirectory(folder.path, holder);
  await using _server = new AnsweringServer(folder.path);
  const given = { environment: { DATA_DIR: folder.path } };
  expect(await findOne(server, given)).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining(`as http://localhost:3031, for ${owner}, with these settings`),
  });
  expect(await findOne(versionCheck, given)).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining(`groundmist ${version}, and so is the server`),
  });
});

test.each([
  [{ PORT: '4000' }, 'listens on 127.0.0.1:3031 and not on 127.0.0.1:4000'],
  [
    { GROUNDMIST_HOST: 'sync.example.com' },
    'its name is http://localhost:3031 and not https://sync.example.com',
  ],
  [{ ATPROTO_DID: 'did:web:other.example.com' }, `its owner is ${owner} and not did:web:other.example.com`],
  [{ GROUNDMIST_LISTEN: '127.0.0.2' }, 'and not on 127.0.0.2:3031'],
])('one that was started before %j is a warning', async (changed, words) => {
  using folder = temporaryFolder();
  using _lock = lockDataDirectory(folder.path, holder);
  await using _server = new AnsweringServer(folder.path);
  expect(await findOne(server, { environment: { ...changed, DATA_DIR: folder.path } })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining(words),
    cure: expect.stringContaining('start it again'),
  });
});

test('one is found although a setting cannot be read, which `configuration` tells', async () => {
  using folder = temporaryFolder();
  await using _server = new AnsweringServer(folder.path);
  const environment = { DATA_DIR: folder.path, PORT: 'http', ATPROTO_DID: 'alice' };
  expect(await findOne(server, { environment })).toMatchObject({
    kind: 'ok',
    cause: expect.stringContaining('it is not known whether with these'),
  });
});

test('one of another version is a warning', async () => {
  using folder = temporaryFolder();
  await using _server = new AnsweringServer(folder.path, { version: '0.0.9' });
  expect(await findOne(versionCheck, { environment: { DATA_DIR: folder.path } })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining(`is groundmist 0.0.9, and this is ${version}`),
  });
});

test.if(process.platform === 'linux')(
  'one in whose place another file lies, of the same version, is a warning',
  async () => {
    using folder = temporaryFolder();
    const program = folder.at('groundmist');
    copyFileSync('/bin/sleep', program);
    const child = Bun.spawn([program, '60']);
    await eventually('it runs', () => programOf(child.pid) === 'groundmist');
    await using _server = new AnsweringServer(folder.path, { pid: child.pid });
    const given = { environment: { DATA_DIR: folder.path } };
    expect(await findOne(versionCheck, given)).toMatchObject({ kind: 'ok' });
    copyFileSync('/bin/sleep', `${program}.new`);
    renameSync(`${program}.new`, program);
    expect(await findOne(versionCheck, given)).toMatchObject({
      kind: 'warning',
      cause: expect.stringContaining(`another file lies at ${program} by now`),
      cure: expect.stringContaining('start it again'),
    });
    child.kill();
    await child.exited;
  },
);

test('one that says nothing we know is a problem, and is restarted as it was started', async () => {
  using folder = temporaryFolder();
  const program = folder.at('groundmist');
  copyFileSync('/bin/sh', program);
  const child = Bun.spawn([program, '-c', 'read line', 'serve'], { stdin: 'pipe' });
  await eventually('it runs', () => programOf(child.pid) === 'groundmist');
  using _lock = lockDataDirectory(folder.path, { ...holder, pid: child.pid });
  await using _server = new AnsweringServer(folder.path, { owner: 7 });
  expect(await findOne(server, { environment: { DATA_DIR: folder.path } })).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('another version'),
    cure: expect.stringContaining(`start it again with \`${program} -c 'read line' serve\``),
  });
  child.kill();
  await child.exited;
});

test('one that holds the data directory and does not answer is a problem', async () => {
  using folder = temporaryFolder();
  using _lock = lockDataDirectory(folder.path, holder);
  expect(await findOne(server, { environment: { DATA_DIR: folder.path } })).toMatchObject({
    kind: 'problem',
    cause: expect.stringContaining('(process 4242)'),
    cure: expect.stringContaining('`kill 4242`'),
  });
});

test('a lock that is damaged is moved away', async () => {
  using folder = temporaryFolder();
  lockDataDirectory(folder.path, holder).release();
  writeFileSync(lockPath(folder.path), 'nonsense of some length, which is no database');
  const given = { environment: { DATA_DIR: folder.path } };
  const finding = await findOne(server, given);
  expect(finding).toMatchObject({
    kind: 'problem',
    cure: `mv ${lockPath(folder.path)} ${lockPath(folder.path)}.damaged`,
  });
  expect(() => lockDataDirectory(folder.path, holder)).toThrow('is damaged. No document is in it');
  Bun.spawnSync(['sh', '-c', 'cure' in finding ? finding.cure : '']);
  expect(await findOne(server, given)).toMatchObject({ kind: 'warning' });
});

test.if(process.platform === 'linux')(
  'one that is stopped is woken, for it does not hear that it shall end',
  async () => {
    using folder = temporaryFolder();
    const child = Bun.spawn(['sleep', '60']);
    using _lock = lockDataDirectory(folder.path, { ...holder, pid: child.pid });
    child.kill('SIGSTOP');
    await eventually('it is stopped', () => isStopped(child.pid));
    expect(await findOne(server, { environment: { DATA_DIR: folder.path } })).toMatchObject({
      kind: 'problem',
      cure: expect.stringContaining(`kill -CONT ${child.pid}`),
    });
    child.kill('SIGKILL');
    await child.exited;
  },
);

test('a command that works alone is a warning, for it ends', async () => {
  using folder = temporaryFolder();
  using _lock = lockDataDirectory(folder.path, { ...holder, listen: '', command: 'import' });
  expect(await findOne(server, { environment: { DATA_DIR: folder.path } })).toMatchObject({
    kind: 'warning',
    cause: expect.stringContaining('`groundmist import` (process 4242)'),
  });
});

test('none is a warning, with what starts one', async () => {
  using folder = temporaryFolder();
  const environment = { DATA_DIR: folder.at('data') };
  expect(await findOne(server, { environment })).toMatchObject({ kind: 'warning', cure: 'groundmist serve' });
  const options = { envFile: '/srv/my mist/env' };
  expect(await findOne(server, { environment, options })).toMatchObject({
    cure: "groundmist serve --env-file '/srv/my mist/env'",
  });
});

describe('none, where another one runs', () => {
  const mine = process.geteuid?.();
  const running = (...programs: readonly RunningProgram[]) => makeServerCheck(() => programs);
  const program = (pid: number, words: readonly string[], userId = mine) => ({
    pid,
    words: ['groundmist', ...words],
    userId,
    folder: '/srv',
  });

  test('is started as it always is, and the other one is pointed to', async () => {
    using folder = temporaryFolder();
    const given = { environment: { DATA_DIR: folder.at('data') } };
    const named = program(7, ['serve', '--env-file', '/etc/my mist/env']);
    expect(await findOne(running(named), given)).toMatchObject({
      kind: 'warning',
      cause: expect.stringMatching(
        /process 7, `groundmist serve --env-file '\/etc\/my mist\/env'`.*`groundmist doctor --env-file '\/etc\/my mist\/env'`/,
      ),
      cure: 'groundmist serve',
    });
    expect(await findOne(running(program(7, ['serve'])), given)).toMatchObject({
      cause: expect.stringContaining('name its env file with --env-file'),
      cure: 'groundmist serve',
    });
    const watching = await findOne(running(program(7, ['status', '--watch'])), given);
    expect(watching.cause).not.toContain('Another one');
  });

  test('one of this user goes before one of somebody else', async () => {
    using folder = temporaryFolder();
    const given = { environment: { DATA_DIR: folder.at('data') } };
    const strange = program(6, ['serve', '--env-file', '/home/bob/env'], strangerId);
    expect(await findOne(running(strange, program(7, ['serve'])), given)).toMatchObject({
      cause: expect.stringContaining('process 7,'),
    });
    expect(await findOne(running(strange), given)).toMatchObject({
      cause: expect.stringContaining(`process 6 of user ${strangerId},`),
      cure: 'groundmist serve',
    });
  });

  test('with these very settings it has lost its folder', async () => {
    using folder = temporaryFolder();
    const flags = { DATA_DIR: folder.at('data') };
    const file = { path: '/srv/env', values: { ATPROTO_DID: owner, GROUNDMIST_SYNC_SECRET_KEY: goodSecret } };
    const given = { sources: { flags, environment: {}, file } };
    const lost = {
      kind: 'warning',
      cause: expect.stringContaining('moved or deleted under it'),
      cure: expect.stringContaining('First bring the data directory back'),
    };
    for (const words of [
      ['serve', '--env-file', 'env'],
      ['serve', '--env-file=/srv/env'],
      ['serve', '--data-dir', folder.at('data')],
    ]) {
      const others = [program(6, ['serve']), program(999_999_999, words)];
      expect(await findOne(running(...others), given)).toMatchObject(lost);
    }
    mkdirSync(folder.at('data'));
    const other = running(program(999_999_999, ['serve', '--env-file', 'env']));
    expect(await findOne(other, given)).toMatchObject({ cure: expect.stringContaining('start it again') });
  });
});

test('where a unit of this data directory is installed, that starts it', async () => {
  using folder = temporaryFolder();
  const units = folder.at('config/systemd/user');
  mkdirSync(units, { recursive: true });
  const terminal = recordingTerminal({ environment: { XDG_CONFIG_HOME: folder.at('config') } });
  const given = { environment: { DATA_DIR: folder.at('data') }, terminal };
  writeFileSync(`${units}/groundmist.service`, '[Service]\nReadWritePaths=/srv/other\n');
  expect(await findOne(server, given)).toMatchObject({ cure: 'groundmist serve' });
  writeFileSync(`${units}/groundmist.service`, `[Service]\nReadWritePaths=${folder.at('data')}\n`);
  const bring = expect.stringMatching(/^First bring the data directory back/);
  expect(await findOne(server, given)).toMatchObject({ cure: bring });
  mkdirSync(folder.at('data'));
  expect(await findOne(server, given)).toMatchObject({ cure: 'systemctl --user start groundmist' });
});
