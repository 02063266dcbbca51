import { Database } from 'bun:sqlite';
import { controlTables } from '../../src/core/access/tables.ts';
import { migrate } from '../../src/platform/database.ts';

/** A control database that lives as long as the test. */
export function openTestControlDatabase(): Database {
  const database = new Database(':memory:', { strict: true });
  migrate(database, controlTables);
  return database;
}
