import type { Database } from 'bun:sqlite';
import { ChunkTable } from './chunk-table.ts';
import { DocumentTable } from './document-table.ts';
import { InteriorTable } from './interior-table.ts';
import { QuarantineTable } from './quarantine-table.ts';
import { TailTable } from './tail-table.ts';
import { Tail } from './tail.ts';
import { TailFile } from './tail-file.ts';
import { diskTailFiles, type TailFiles } from './tail-files.ts';
import { TailWriting } from './tail-writing.ts';
import { readTailFile, recoverTailFile } from './tail-reading.ts';

/** The tables of one namespace. */
export interface DocumentTables {
  readonly documents: DocumentTable;
  readonly chunks: ChunkTable;
  readonly interiors: InteriorTable;
  readonly quarantine: QuarantineTable;
  readonly tail: Tail;
  readonly tailWriting: TailWriting;
  /** Begins the transaction of a batch where it has not begun; before anything in a table is changed. */
  readonly enter: () => void;
}

export interface TablesOptions {
  readonly tailPath: string;
  readonly tailFiles?: TailFiles | undefined;
  readonly enter: () => void;
}

/** Prepares the statements of all tables, and reads the tail. */
export function documentTables(
  database: Database,
  { tailPath, tailFiles = diskTailFiles, enter }: TablesOptions,
): DocumentTables {
  const documents = new DocumentTable(database);
  const chunks = new ChunkTable(database);
  const table = new TailTable(database);
  const file = new TailFile(tailPath, tailFiles, randomSalt);
  const writing = new TailWriting({ table, file, enter });
  const tail = new Tail({ documents, chunks, writing, enter });
  const salt = table.salt();
  if (salt !== undefined) tail.recover(recoverTailFile(tailPath, readTailFile(tailPath), salt));
  return {
    documents,
    chunks,
    interiors: new InteriorTable(database),
    quarantine: new QuarantineTable(database),
    tail,
    tailWriting: writing,
    enter,
  };
}

function randomSalt(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}
