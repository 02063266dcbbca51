import { relative, sep } from 'node:path';
import { isNamespace } from '../lexicon/namespace.ts';
import { documentsFile, ownFiles, ownFolder } from './layout.ts';
import { chunkKinds, isChunkName, stockDocumentId } from './stock-layout.ts';

/** The name of a path in a backup: below the data directory, with slashes. */
export function keptPath(dataDirectory: string, path: string): string {
  return relative(dataDirectory, path).split(sep).join('/');
}

/**
 * Whether a backup may hold a file of this name, below the data directory and with slashes: what a server cannot make
 * anew, and nothing else. A name like this leads nowhere else.
 */
export function isKeptPath(path: string): boolean {
  const names = path.split('/');
  const last = names.at(-1) ?? '';
  if (names[0] === ownFolder) return isOwnKeptPath(names.slice(1));
  if (last === documentsFile) return isNamespace(names.slice(0, -1).join('.'));
  const [shard = '', rest = '', kind = ''] = names.slice(-4);
  return (
    isNamespace(names.slice(0, -4).join('.')) &&
    stockDocumentId(shard, rest) !== undefined &&
    chunkKinds.some((one) => one === kind) &&
    isChunkName(last)
  );
}

function isOwnKeptPath([first = '', namespace, file, ...others]: readonly string[]): boolean {
  if (namespace === undefined) return ownFiles.includes(first);
  if (first !== 'quarantine' || others.length > 0) return false;
  return isNamespace(namespace) && /^[1-9][0-9]{0,15}\.(?:chunk|json)$/.test(file ?? '');
}
