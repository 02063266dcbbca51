import { describe, expect, test } from 'bun:test';
import { closeSync, copyFileSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import {
  holdsDeleted,
  listenerOf,
  openFilesCount,
  openFilesLimit,
  processesOf,
  processUserId,
  replacedProgramOf,
  programOf,
  unitOfCgroup,
} from '../../src/platform/processes.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/folder.ts';

const isLinux = process.platform === 'linux';
const noProcess = 2 ** 30;

describe.if(isLinux)('Linux tells', () => {
  test('of this process who it is and what it may open', () => {
    expect(processUserId(process.pid)).toBe(process.geteuid?.());
    expect(programOf(process.pid)).toContain('bun');
    expect(openFilesLimit('self')).toBeGreaterThan(3);
    expect(openFilesCount(process.pid)).toBeGreaterThan(2);
  });

  test('which processes a program has, with the words that started them', async () => {
    using folder = temporaryFolder();
    const program = folder.at('mist-of-a-test');
    copyFileSync('/bin/sleep', program);
    const child = Bun.spawn([program, '60']);
    expect(await eventually('it runs', () => processesOf('mist-of-a-test')[0])).toEqual({
      pid: child.pid,
      words: [program, '60'],
      userId: process.geteuid?.(),
      folder: process.cwd(),
    });
    child.kill();
    await child.exited;
    expect(processesOf('mist-of-a-test')).toEqual([]);
  });

  test.each([
    ['is moved over it', () => {}],
    ['is put where it was, which was moved away', (path: string) => renameSync(path, `${path}.old`)],
  ])('that a program runs from a file in whose place another lies, which %s', async (_how, makeRoom) => {
    using folder = temporaryFolder();
    const program = folder.at('mist');
    copyFileSync('/bin/sleep', program);
    const child = Bun.spawn([program, '60']);
    await eventually('it runs', () => programOf(child.pid) === 'mist');
    expect(replacedProgramOf(child.pid)).toBeUndefined();
    makeRoom(program);
    copyFileSync('/bin/sleep', `${program}.new`);
    renameSync(`${program}.new`, program);
    expect(replacedProgramOf(child.pid)).toBe(program);
    rmSync(program);
    expect(replacedProgramOf(child.pid)).toBe(program);
    child.kill();
    await child.exited;
    expect(replacedProgramOf(child.pid)).toBeUndefined();
  });

  test('whether it has a file open that was deleted with its folder', async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.at('data'));
    const descriptor = openSync(folder.at('data/lock'), 'w');
    expect(holdsDeleted(process.pid, folder.at('data'))).toBe(false);
    rmSync(folder.at('data'), { recursive: true });
    expect(holdsDeleted(process.pid, folder.at('data'))).toBe(true);
    expect(holdsDeleted(process.pid, folder.at('dat'))).toBe(false);
    closeSync(descriptor);
  });

  test('who listens on a port', () => {
    const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
    const { port } = listener;
    expect(listenerOf(port)).toBe(process.pid);
    listener.stop(true);
    expect(listenerOf(port)).toBeUndefined();
  });
});

test('of a process that is not there nothing is known', () => {
  expect(processUserId(noProcess)).toBeUndefined();
  expect(programOf(noProcess)).toBeUndefined();
  expect(openFilesLimit(noProcess)).toBeUndefined();
  expect(openFilesCount(noProcess)).toBeUndefined();
});

test.each([
  ['0::/system.slice/groundmist.service\n', { name: 'groundmist.service', scope: 'system' }],
  [
    '0::/user.slice/user-1000.slice/user@1000.service/app.slice/groundmist.service\n',
    { name: 'groundmist.service', scope: 'user' },
  ],
  [
    '12:pids:/x\n1:name=systemd:/system.slice/groundmist.service\n',
    { name: 'groundmist.service', scope: 'system' },
  ],
  ['0::/user.slice/user-1000.slice/session-3.scope\n', undefined],
  ['0::/user.slice/user-1000.slice/user@1000.service\n', undefined],
  ['0::/\n', undefined],
  ['1:name=systemd:/\n0::/system.slice/mist.service', { name: 'mist.service', scope: 'system' }],
  ['', undefined],
] as const)('the unit of %j', (text, unit) => {
  expect(unitOfCgroup(text)).toEqual(unit);
});
