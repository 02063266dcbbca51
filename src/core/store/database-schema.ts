import { Database } from 'bun:sqlite';
import { migrate, type Migration } from '../../platform/database.ts';

/** Every table and index of a database in its own words, sorted; what SQLite makes for itself is left out. */
export function readSchema(database: Database): readonly string[] {
  return database
    .query<{ type: string; name: string; tbl_name: string; sql: string | null }, []>(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR sql IS NOT NULL",
    )
    .all()
    .map(({ type, name, tbl_name, sql }) => [type, name, tbl_name, sql].join('\n'))
    .toSorted();
}

/**
 * The same as these migrations make it, as far as they were made here. Undefined where it does not say which were, or
 * some were made by a newer groundmist.
 */
export function expectedSchema(
  database: Database,
  migrations: readonly Migration[],
): readonly string[] | undefined {
  if (!hasTable(database, 'migration')) return [];
  const made = new Set(
    database
      .query<{ name: string }, []>('SELECT name FROM migration')
      .all()
      .map(({ name }) => name),
  );
  const known = migrations.filter(({ name }) => made.has(name));
  if (known.length < made.size) return undefined;
  using fresh = new Database(':memory:', { strict: true });
  migrate(fresh, known);
  return readSchema(fresh);
}

export function hasTable(database: Database, name: string): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
  return database.query(sql).get(name) !== null;
}
