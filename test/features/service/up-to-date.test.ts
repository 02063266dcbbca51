import { describe, expect, test } from 'bun:test';
import { copyFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { isUpToDate } from '../../../src/features/service/up-to-date.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/folder.ts';

describe.if(process.platform === 'linux')('a process of the service', () => {
  test('is up to date until its program, its unit, a change to that, or its settings are newer', async () => {
    using folder = temporaryFolder();
    const program = folder.at('program');
    copyFileSync('/bin/sleep', program);
    const files = ['env', 'groundmist.service', 'more.conf'].map((name) => folder.at(name));
    for (const file of files) writeFileSync(file, '');
    const [envFile = '', path = '', dropIn = ''] = files;
    const touch = (file: string, seconds: number) => utimesSync(file, seconds, seconds);
    for (const file of files) touch(file, 1_000_000_000);
    const child = Bun.spawn([program, '60']);
    const unit = {
      command: [program],
      envFile,
      folder: folder.path,
      dataDirectory: folder.path,
      backupDirectory: undefined,
      ports: [3031],
      scope: 'user',
    } as const;
    const standing = { scope: 'user', name: '', folder: '', path, text: '', dropIns: [dropIn] } as const;
    const nothing = { user: undefined, program: undefined, words: [], names: new Set<string>() };
    const plan = { unit, path, text: '', standing: { ...standing, ...nothing } };
    await eventually('the program runs', () => isUpToDate(child.pid, plan));
    for (const file of files) {
      touch(file, 4_000_000_000);
      expect(isUpToDate(child.pid, plan)).toBe(false);
      touch(file, 1_000_000_000);
    }
    copyFileSync('/bin/sleep', folder.at('newer'));
    renameSync(folder.at('newer'), program);
    expect(isUpToDate(child.pid, plan)).toBe(false);
    child.kill('SIGKILL');
    await child.exited;
    expect(isUpToDate(child.pid, plan)).toBe(false);
  });
});
