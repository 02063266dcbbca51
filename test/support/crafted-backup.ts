import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { pack, type Header } from 'tar-stream';
import { compress } from '../../src/core/backup/zstd.ts';

/** One entry of a tar made by hand. */
export interface CraftedEntry {
  readonly header: Partial<Header> & Pick<Header, 'name'>;
  readonly bytes: Uint8Array;
}

export interface CraftedOptions {
  /** Replaces fields of the manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Replaces the fields of each line of the list of files. */
  readonly listed?: Readonly<Record<string, unknown>>;
  /** The lines of the list of documents. */
  readonly documents?: readonly object[];
  /** By path below `data/`. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Changes the entries before they are packed. */
  readonly change?: (entries: CraftedEntry[]) => CraftedEntry[];
}

/** A backup whose lists fit, but for what the test changes. */
export async function craftBackup(path: string, options: CraftedOptions = {}): Promise<void> {
  const { files = {}, documents = [], change = (entries) => entries } = options;
  const lines = Object.entries(files).map(([name, bytes]) =>
    JSON.stringify({
      path: name,
      bytes: bytes.length,
      sha256: hash(bytes),
      modifiedAt: '2026-11-28T19:02:29.000Z',
      ...options.listed,
    }),
  );
  const list = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const documentList = Buffer.from(documents.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const manifest = {
    format: 'groundmist-backup',
    version: 1,
    groundmist: '0.1.0',
    owner: null,
    createdAt: '2026-11-28T19:02:29.000Z',
    sessions: 0,
    damaged: 0,
    namespaces: [],
    dataBytes: Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0),
    files: { count: lines.length, bytes: list.length, sha256: hash(list) },
    documents: { count: documents.length, bytes: documentList.length, sha256: hash(documentList) },
    ...options.manifest,
  };
  const entries = [
    file('manifest.json', Buffer.from(JSON.stringify(manifest))),
    file('files.ndjson', list),
    file('documents.ndjson', documentList),
    ...Object.entries(files).map(([name, bytes]) => file(`data/${name}`, bytes)),
  ];
  writeFileSync(path, await compressed(await tarOf(change(entries))));
}

export function file(name: string, bytes: Uint8Array, header: Partial<Header> = {}): CraftedEntry {
  return { header: { name, size: bytes.length, type: 'file', mode: 0o600, ...header }, bytes };
}

export async function compressed(plain: Uint8Array): Promise<Buffer> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield plain;
  }
  return Buffer.concat(await Array.fromAsync(compress(source())));
}

async function tarOf(entries: readonly CraftedEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { header, bytes } of entries) archive.entry(header, Buffer.from(bytes));
  archive.finalize();
  return Buffer.concat(await Array.fromAsync(archive as AsyncIterable<Uint8Array>));
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
