import type { Migration } from '../platform/database.ts';
import { controlTables } from './access/tables.ts';
import { storageIdentityTables } from './sync/storage-identity.ts';

/** All tables of the control database that are core's own; features bring theirs. */
export const controlMigrations: readonly Migration[] = [...controlTables, ...storageIdentityTables];
