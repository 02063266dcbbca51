import { migrate, openDatabase } from '../../platform/database.ts';
import { Failure } from '../failure.ts';
import { EndedTokens, endedTokenTables } from './ended-token-table.ts';
import { SessionTable, sessionTables } from './session-table.ts';

/**
 * Ends every session in the control database at `path`, which no server uses, and gives how many there were. Pages that
 * come back with one are known for it, as after any other end.
 */
export function endAllSessions(path: string): number {
  const database = openDatabase(path);
  try {
    migrate(database, [...sessionTables, ...endedTokenTables]);
    // What is deleted is overwritten.
    database.run('PRAGMA secure_delete = ON');
    const sessions = new SessionTable(database);
    return sessions.inTransaction(() => {
      const ended = sessions.deleteAll();
      new EndedTokens(database).keep(ended);
      if (database.query('SELECT 1 FROM session').get() !== null)
        throw new Failure('StoreDamaged', `There are sessions in ${path} that do not end.`);
      return ended.length;
    });
  } finally {
    database.close(true);
  }
}
