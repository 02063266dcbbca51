import type { Database } from 'bun:sqlite';
import { ChunkTable } from './chunk-table.ts';
import { DocumentTable } from './document-table.ts';
import { InteriorTable } from './interior-table.ts';
import { QuarantineTable } from './quarantine-table.ts';
import { TailTable } from './tail-table.ts';
import { Tail } from './tail.ts';

/** The tables of one namespace. */
export interface DocumentTables {
  readonly documents: DocumentTable;
  readonly chunks: ChunkTable;
  readonly interiors: InteriorTable;
  readonly quarantine: QuarantineTable;
  readonly tail: Tail;
}

/** Prepares the statements of all tables. */
export function documentTables(database: Database): DocumentTables {
  const documents = new DocumentTable(database);
  const chunks = new ChunkTable(database);
  return {
    documents,
    chunks,
    interiors: new InteriorTable(database),
    quarantine: new QuarantineTable(database),
    tail: new Tail({ documents, chunks, tail: new TailTable(database) }),
  };
}
