import type { Database, Statement } from 'bun:sqlite';

const saltBytes = 8;

/**
 * Which file is the tail: the salt of the one that acknowledged changes may lie in. None where there are none but in
 * their documents.
 */
export class TailTable {
  readonly #find: Statement<{ salt: Uint8Array }, []>;
  readonly #insert: Statement<unknown, [Uint8Array]>;
  readonly #clear: Statement<unknown, []>;

  constructor(database: Database) {
    this.#find = database.prepare('SELECT salt FROM tail_file');
    this.#insert = database.prepare('INSERT INTO tail_file (salt) VALUES (?)');
    this.#clear = database.prepare('DELETE FROM tail_file');
  }

  salt(): bigint | undefined {
    const row = this.#find.get();
    return row === null ? undefined : decodeSalt(row.salt);
  }

  put(salt: bigint): void {
    const bytes = Buffer.alloc(saltBytes);
    bytes.writeBigUInt64LE(salt);
    this.#insert.run(bytes);
  }

  clear(): void {
    this.#clear.run();
  }
}

export function decodeSalt(bytes: Uint8Array): bigint {
  return Buffer.from(bytes).readBigUInt64LE();
}
