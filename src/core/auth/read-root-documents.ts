import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ReadOnlyDatabase } from '../../platform/read-only-database.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import { parseDocumentId, type DocumentId } from '../store/document-id.ts';
import { controlDatabasePath } from '../store/layout.ts';
import { isLocked } from '../store/lock.ts';

/** A document by which the devices of an app find the others. */
export interface RootDocument {
  readonly namespace: Namespace;
  readonly id: DocumentId;
}

/**
 * The root documents that a data directory knows of; read beside a server or without one, and never written. None where
 * that cannot be read: they are a help to whoever looks at documents, and no document is lost without them.
 */
export async function readRootDocuments(dataDirectory: string): Promise<readonly RootDocument[]> {
  const path = controlDatabasePath(dataDirectory);
  if (!existsSync(path)) return [];
  using database = new ReadOnlyDatabase(path, {
    temporaryDirectory: tmpdir(),
    hasWriter: () => isLocked(dataDirectory),
    onCopyBesideWriter: () => {},
  });
  try {
    const rows = await database.read((open) =>
      open
        .query<{ namespace: Namespace; url: string }, []>(
          'SELECT DISTINCT namespace, url FROM root_document ORDER BY namespace, url',
        )
        .all(),
    );
    return rows.flatMap(({ namespace, url }) => {
      const id = parseDocumentId(url);
      return id === undefined ? [] : [{ namespace, id }];
    });
  } catch {
    return [];
  }
}
