import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { Failure } from '../failure.ts';
import { findNamespaces } from './find-namespaces.ts';
import { readFolder } from './folder.ts';
import { namespaceOfIndex, nodefsIndexFolder } from './layout.ts';
import { StoresFile } from './stores-file.ts';

/** Every namespace that has documents or had some once: what lies on disk, what `stores.json` names, and of what an index of files is kept. Sorted. */
export async function knownNamespaces(dataDirectory: string): Promise<readonly Namespace[]> {
  const indexes = await readFolder(nodefsIndexFolder(dataDirectory));
  const known = [...markedNamespaces(dataDirectory), ...indexes.map(({ name }) => namespaceOfIndex(name))];
  const named = known.filter((name) => name !== undefined && isNamespace(name));
  return [...new Set([...(await findNamespaces(dataDirectory)), ...named])].toSorted();
}

function markedNamespaces(dataDirectory: string): readonly string[] {
  try {
    return [...new StoresFile(dataDirectory).entries()].map(([namespace]) => namespace);
  } catch (error) {
    if (error instanceof Failure) return []; // It is told by itself.
    throw error;
  }
}
