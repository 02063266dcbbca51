import { join } from 'node:path';
import { openDocumentsDatabase } from '../../../src/core/store/documents-database.ts';
import { SqliteStore } from '../../../src/core/store/sqlite-store.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { FaultyDatabase, type Fault } from '../../support/faulty-database.ts';
import { roomyDisk } from '../../support/roomy-disk.ts';
import { describeFaults, type FaultyStore } from './faults.contract.ts';

async function open(directory: string, kind: Omit<Fault, 'at'>): Promise<FaultyStore> {
  const faulty = new FaultyDatabase(openDocumentsDatabase(join(directory, 'documents.sqlite')));
  const disk = roomyDisk();
  return {
    disk,
    store: new SqliteStore({ database: faulty.database, clock: systemClock, disk }),
    arm: (at) => faulty.arm({ ...kind, at }),
    disarm: () => faulty.disarm(),
    failed: () => faulty.failed,
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
    // What fails alone is tried again one by one, and the fault does not come twice.
    refuses: () => fault.transaction !== 'keeps',
    open: (directory) => open(directory, fault),
  });
}
