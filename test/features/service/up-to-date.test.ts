import { describe, expect, test } from 'bun:test';
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { isUpToDate } from '../../../src/features/service/up-to-date.ts';
import { processStartedAt } from '../../../src/platform/processes.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/folder.ts';

/** A service below a folder as `service install` plans it, with one change of its owner's. */
function service(folder: TemporaryFolder) {
  const program = folder.at('program');
  copyFileSync('/bin/sleep', program);
  const [envFile, unitFolder] = [folder.at('env'), folder.at('units')];
  const path = `${unitFolder}/groundmist.service`;
  const dropIn = `${path}.d/more.conf`;
  mkdirSync(`${path}.d`, { recursive: true });
  for (const file of [envFile, path, dropIn]) writeFileSync(file, '');
  const unit = {
    command: [program],
    envFile,
    folder: folder.path,
    dataDirectory: folder.path,
    backupDirectory: undefined,
    ports: [3031],
    scope: 'user',
  } as const;
  const standing = {
    scope: 'user',
    name: '',
    folder: unitFolder,
    path,
    text: '',
    dropIns: [dropIn],
  } as const;
  const nothing = { user: undefined, program: undefined, words: [], names: new Set<string>() };
  return { program, dropIn, plan: { unit, path, text: '', standing: { ...standing, ...nothing } } };
}

type Service = ReturnType<typeof service>;

/** Linux tells when a process was started in hundredths of a second, and so that it runs. */
const inexactMs = 50;

/** One that was started after all that is there was written, and before whatever is written next. */
async function started({ program, plan }: Service, folder: TemporaryFolder) {
  const child = await eventually('a program runs that is newer than its files', async () => {
    const spawned = Bun.spawn([program, '60']);
    if (isUpToDate(spawned.pid, plan)) return spawned;
    spawned.kill('SIGKILL');
    await spawned.exited;
    return false;
  });
  await eventually('what is written now is newer', () => {
    writeFileSync(folder.at('now'), '');
    return statSync(folder.at('now')).mtimeMs > (processStartedAt(child.pid) ?? 0) + inexactMs;
  });
  return child;
}

describe.if(process.platform === 'linux')('a process of the service is up to date until', () => {
  test.each<readonly [what: string, change: (service: Service, folder: TemporaryFolder) => void]>([
    ['its settings change', ({ plan }) => writeFileSync(plan.unit.envFile, 'PORT=1\n')],
    [
      'older settings are put back, with the time that they had',
      ({ plan }) => {
        const { atime, mtime } = statSync('/bin/sleep');
        writeFileSync(plan.unit.envFile, '');
        utimesSync(plan.unit.envFile, atime, mtime);
      },
    ],
    ['its unit is written anew', ({ plan }) => writeFileSync(plan.path, '# new\n')],
    ['a change to the unit is edited', ({ dropIn }) => writeFileSync(dropIn, '# new\n')],
    ['a change to the unit is taken away', ({ dropIn }) => rmSync(dropIn)],
    ['all of them are', ({ plan }) => rmSync(`${plan.path}.d`, { recursive: true })],
    [
      'its program is replaced',
      ({ program }, folder) => {
        copyFileSync('/bin/sleep', folder.at('newer'));
        renameSync(folder.at('newer'), program);
      },
    ],
  ])('%s', async (_, change) => {
    using folder = temporaryFolder();
    const one = service(folder);
    const child = await started(one, folder);
    change(one, folder);
    const { plan } = one;
    const left = { ...plan.standing, dropIns: [] };
    expect(isUpToDate(child.pid, plan)).toBe(false);
    if (!statSync(one.dropIn, { throwIfNoEntry: false }))
      expect(isUpToDate(child.pid, { ...plan, standing: left })).toBe(false);
    child.kill('SIGKILL');
    await child.exited;
  });

  test('it ends', async () => {
    using folder = temporaryFolder();
    const one = service(folder);
    const child = await started(one, folder);
    child.kill('SIGKILL');
    await child.exited;
    expect(isUpToDate(child.pid, one.plan)).toBe(false);
  });
});
