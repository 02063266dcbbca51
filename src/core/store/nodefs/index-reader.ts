import type { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import { ReadOnlyDatabase, type ReadOnlyOptions } from '../../../platform/read-only-database.ts';
import { isDocumentId, type DocumentId } from '../document-id.ts';
import { errorCode } from '../error-code.ts';
import { decodeHeads } from '../heads.ts';
import type { KnownFiles } from '../laid-document.ts';

/** What the index of a namespace of files remembers, read and never written; nothing where it is lost or broken. */
export class IndexReader implements Disposable {
  readonly #database: ReadOnlyDatabase | undefined;

  constructor(path: string, options: ReadOnlyOptions) {
    this.#database = existsSync(path) ? new ReadOnlyDatabase(path, options) : undefined;
  }

  /** The files of a document, as they were. */
  async known(id: DocumentId): Promise<KnownFiles | undefined> {
    return this.#read((database) => {
      const row = database
        .query<{ heads: Uint8Array }, [string]>('SELECT heads FROM document WHERE id = ?')
        .get(id);
      const files = database
        .query<{ kind: string; name: string }, [string]>('SELECT kind, name FROM chunk WHERE document_id = ?')
        .all(id);
      return row
        ? { heads: decodeHeads(row.heads), files: files.map(({ kind, name }) => `${kind}/${name}`) }
        : undefined;
    });
  }

  /** Documents that had files. */
  async documents(): Promise<readonly DocumentId[]> {
    const rows = await this.#read((database) =>
      database.query<{ id: string }, []>('SELECT DISTINCT document_id AS id FROM chunk ORDER BY 1').all(),
    );
    return (rows ?? []).map(({ id }) => id).filter(isDocumentId);
  }

  [Symbol.dispose](): void {
    this.#database?.[Symbol.dispose]();
  }

  async #read<Result>(query: (database: Database) => Result): Promise<Result | undefined> {
    try {
      return await this.#database?.read(query);
    } catch (error) {
      // It is made anew by the next server.
      if (errorCode(error)?.startsWith('SQLITE_')) return undefined;
      throw error;
    }
  }
}
