import { realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { namespaceFolders, type Namespace } from '../../core/lexicon/namespace.ts';
import type { DocumentId } from '../../core/store/document-id.ts';
import { findNamespaces } from '../../core/store/find-namespaces.ts';
import { listStockDocuments } from '../../core/store/stock-layout.ts';

/** A file storage of automerge-repo that is to be read. */
export interface ImportSource {
  /** Absolute. */
  readonly base: string;
  readonly ids: readonly DocumentId[];
}

/** The documents in a folder, or a sentence about what it is instead. */
export async function findSource(directory: string, dataDirectory: string): Promise<ImportSource> {
  const base = resolve(directory);
  const found = await stat(base).catch(() => undefined);
  if (found === undefined) throw new Failure('NotFound', `There is no folder at ${base}.`);
  if (!found.isDirectory()) {
    throw new Failure('Usage', `${base} is a file: name the folder that automerge-repo keeps its files in.`);
  }
  if (await isWithin(base, dataDirectory)) {
    throw new Failure(
      'Usage',
      `${base} lies in the data directory: what is there in automerge-repo's layout is taken over by itself when an app of its namespace signs in.`,
    );
  }
  const ids = await listStockDocuments(base);
  if (ids.length === 0) throw await whyNothing(base);
  return { base, ids };
}

/** Whether `path` is `folder` or lies in it, links resolved; false where there is no such folder. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const outer = await realpath(folder).catch(() => undefined);
  return outer !== undefined && `${await realpath(path)}${sep}`.startsWith(`${outer}${sep}`);
}

const mostNamed = 5;

async function whyNothing(base: string): Promise<Failure> {
  const namespaces = await findNamespaces(base);
  if (namespaces.length === 0) {
    return new Failure(
      'NotFound',
      `${base} holds no document of automerge-repo's file storage: they lie in folders named by the first two letters of their ids.`,
    );
  }
  const line = (namespace: Namespace): string =>
    `\`groundmist import ${join(base, ...namespaceFolders(namespace))} --into ${namespace}\``;
  const more = namespaces.length > mostNamed ? ', and so on' : '';
  return new Failure(
    'NotFound',
    `${base} is a data directory with folders for namespaces; bring them in one by one: ${namespaces.slice(0, mostNamed).map(line).join(', ')}${more}. Of a groundmist's own, \`groundmist export\` makes such folders.`,
  );
}
