/*
 * A process that writes to a data directory as a server does: holds the lock, keeps a namespace's database
 * open. Each line on stdin is done and answered with "done"; the documents come as JSON with the chunks in hex.
 */
import { Database } from 'bun:sqlite';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { insertDocument, openStore, type PlainDocument } from './plain-store.ts';

const [dataDirectory = '', namespace = ''] = process.argv.slice(2);
mkdirSync(join(dataDirectory, '.groundmist'), { recursive: true });
const lock = new Database(join(dataDirectory, '.groundmist', 'lock'), { create: true });
lock.run('BEGIN EXCLUSIVE');
let store: Database | undefined;

for await (const line of console) {
  if (line === 'open') store = openStore(dataDirectory, namespace, []);
  else if (line === 'close') store?.close(true);
  else if (line === 'checkpoint') store?.run('PRAGMA wal_checkpoint(TRUNCATE)');
  else if (store) insertDocument(store, revive(JSON.parse(line)));
  console.log('done');
}

function revive(document: PlainDocument & { readonly hex: readonly string[] }): PlainDocument {
  return { ...document, chunks: document.hex.map((chunk) => Buffer.from(chunk, 'hex')) };
}
