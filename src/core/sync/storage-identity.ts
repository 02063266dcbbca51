import type { Database } from 'bun:sqlite';
import type { Migration } from '../../platform/database.ts';
import type { Namespace } from '../lexicon/namespace.ts';

export const storageIdentityTables: readonly Migration[] = [
  {
    name: 'storage-identity-1',
    sql: `CREATE TABLE storage_identity (
      namespace TEXT PRIMARY KEY,
      storage_id TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
  },
];

/**
 * The storage id of a namespace, made at its first use. It lives and dies with the data directory: clients
 * keep what they know of a storage id between connections, and a lost disk must not look like the old one.
 */
export function storageIdOf(database: Database, namespace: Namespace): string {
  database
    .query('INSERT INTO storage_identity (namespace, storage_id) VALUES (?, ?) ON CONFLICT DO NOTHING')
    .run(namespace, crypto.randomUUID());
  const row = database
    .query<{ storage_id: string }, [string]>('SELECT storage_id FROM storage_identity WHERE namespace = ?')
    .get(namespace);
  if (!row) throw new Error(`no storage id for ${namespace}`);
  return row.storage_id;
}
