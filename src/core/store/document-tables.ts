import type { Database } from 'bun:sqlite';
import { ChunkTable } from './chunk-table.ts';
import { DocumentTable } from './document-table.ts';
import { InteriorTable } from './interior-table.ts';
import { QuarantineTable } from './quarantine-table.ts';

/** The tables of one namespace. */
export interface DocumentTables {
  readonly documents: DocumentTable;
  readonly chunks: ChunkTable;
  readonly interiors: InteriorTable;
  readonly quarantine: QuarantineTable;
}

/** Prepares the statements of all tables. */
export function documentTables(database: Database): DocumentTables {
  return {
    documents: new DocumentTable(database),
    chunks: new ChunkTable(database),
    interiors: new InteriorTable(database),
    quarantine: new QuarantineTable(database),
  };
}
