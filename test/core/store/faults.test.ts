import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { diskTailFiles } from '../../../src/core/store/tail-files.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyDatabase, type Fault } from '../../support/faulty-database.ts';
import { FaultyTailFiles, type TailFault } from '../../support/faulty-tail-files.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { tailBeside } from '../../support/tail-beside.ts';
import { describeFaults, type FaultyStore } from './faults.contract.ts';

async function open(directory: string, kind: Omit<Fault, 'at'>): Promise<FaultyStore> {
  const faulty = new FaultyDatabase(openDocumentsDatabase(join(directory, 'documents.sqlite')));
  const disk = roomyDisk();
  return {
    disk,
    store: new SqliteStore({
      database: faulty.database,
      tailPath: tailBeside(faulty.database),
      clock: systemClock,
      disk,
    }),
    arm: (at) => faulty.arm({ ...kind, at }),
    disarm: () => faulty.disarm(),
    failed: () => faulty.failed,
  };
}

async function openWithTail(directory: string, fault: TailFault): Promise<FaultyStore> {
  const database = openDocumentsDatabase(join(directory, 'documents.sqlite'));
  const tailFiles = new FaultyTailFiles(diskTailFiles, fault);
  const disk = roomyDisk();
  return {
    disk,
    store: new SqliteStore({ database, tailPath: tailBeside(database), tailFiles, clock: systemClock, disk }),
    arm: (at) => tailFiles.arm(at),
    disarm: () => tailFiles.disarm(),
    failed: () => tailFiles.failed,
  };
}

const faults = [
  { code: 'SQLITE_FULL', transaction: 'keeps' },
  { code: 'SQLITE_FULL', transaction: 'loses' },
  { code: 'SQLITE_BUSY', transaction: 'keeps' },
  { code: 'SQLITE_IOERR_WRITE', transaction: 'keeps' },
  { code: 'SQLITE_IOERR_FSYNC', transaction: 'loses' },
  { code: 'SQLITE_IOERR_FSYNC', transaction: 'works' },
] as const;

for (const fault of faults) {
  describeFaults({
    name: `sqlite, ${fault.code}, the transaction ${fault.transaction}`,
    code: fault.code,
    isDiskBroken: fault.code.startsWith('SQLITE_IOERR'),
    isDoneAllTheSame: fault.transaction === 'works',
    // What fails alone, or before the transaction, is tried again one by one, and the fault does not come twice.
    refuses: (failed) => fault.transaction !== 'keeps' && /^\s*(?:INSERT|UPDATE|DELETE|COMMIT)/.test(failed),
    open: (directory) => open(directory, fault),
  });
}

for (const code of ['ENOSPC', 'EIO', 'EDQUOT']) {
  for (const effect of ['never', 'half', 'works'] as const) {
    describeFaults({
      name: `the file of the tail, ${code}, the step ${effect}`,
      code,
      isDiskBroken: code === 'EIO',
      // What was written is there although its sync failed, where the machine did not end.
      isDoneAllTheSame: effect === 'works' || code === 'EIO',
      // A write and a sync.
      leastSteps: 2,
      refuses: () => true,
      open: (directory) => openWithTail(directory, { code, effect }),
    });
  }
}
