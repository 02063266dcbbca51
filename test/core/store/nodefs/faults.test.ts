import { openIndexDatabase } from '../../../../src/core/store/nodefs/index-database.ts';
import { diskFiles } from '../../../../src/core/store/nodefs/store-files.ts';
import { FaultyDatabase, type Fault } from '../../../support/faulty-database.ts';
import { FaultyFiles, type FileFault } from '../../../support/faulty-files.ts';
import { openNodefs } from '../../../support/nodefs.ts';
import { roomyDisk } from '../../../support/roomy-disk.ts';
import { describeFaults, type FaultyStore } from '../faults.contract.ts';

async function openOnFaultyFiles(directory: string, fault: FileFault): Promise<FaultyStore> {
  const files = new FaultyFiles(diskFiles, fault);
  const disk = roomyDisk();
  const store = await openNodefs(directory, { files, disk });
  return {
    store,
    disk,
    arm: (at) => files.arm(at),
    disarm: () => files.disarm(),
    failed: () => files.failed,
  };
}

async function openOnFaultyIndex(directory: string, kind: Omit<Fault, 'at'>): Promise<FaultyStore> {
  const disk = roomyDisk();
  let faulty: FaultyDatabase | undefined;
  const store = await openNodefs(directory, {
    disk,
    openIndex: (path) => (faulty = new FaultyDatabase(openIndexDatabase(path))).database,
  });
  return {
    store,
    disk,
    arm: (at) => faulty?.arm({ ...kind, at }),
    disarm: () => faulty?.disarm(),
    failed: () => faulty?.failed,
  };
}

const fileFaults = [
  { code: 'ENOSPC', effect: 'never' },
  { code: 'ENOSPC', effect: 'works' },
  { code: 'EACCES', effect: 'never' },
  { code: 'EIO', effect: 'never' },
  { code: 'EIO', effect: 'works' },
] as const;

for (const fault of fileFaults) {
  describeFaults({
    name: `nodefs, ${fault.code}, the step ${fault.effect}`,
    code: fault.code,
    isDiskBroken: fault.code === 'EIO',
    isDoneAllTheSame: fault.code === 'EIO' && fault.effect === 'works',
    // What a compaction leaves behind does no harm.
    refuses: (failed) => failed !== 'remove',
    open: (directory) => openOnFaultyFiles(directory, fault),
  });
}

const indexFaults = [
  { code: 'SQLITE_FULL', transaction: 'keeps' },
  { code: 'SQLITE_IOERR_WRITE', transaction: 'keeps' },
] as const;

for (const fault of indexFaults) {
  describeFaults({
    name: `nodefs, ${fault.code} of the index`,
    code: fault.code,
    isDiskBroken: fault.code.startsWith('SQLITE_IOERR'),
    isDoneAllTheSame: false,
    refuses: (failed) => !/^\s*SELECT/.test(failed),
    open: (directory) => openOnFaultyIndex(directory, fault),
  });
}
