import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { documentJson } from '../../core/content/document-json.ts';
import type { SeenDocument } from '../../core/content/seen-document.ts';
import { namespaceFolders, type Namespace } from '../../core/lexicon/namespace.ts';
import { authorityOf, isNsid } from '../../core/lexicon/nsid.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import type { LeavingDocument } from './export-documents.ts';
import type { StagedFile } from './placed-files.ts';

interface JsonPlace {
  readonly directory: string;
  /** The paths of this run, for a file may not be in its place yet. */
  readonly taken: Set<string>;
}

/** A document as one file of JSON in the folders of its `$type`; undefined where that file is there and the same. */
export async function jsonFile(
  { namespace, facts }: LeavingDocument,
  content: SeenDocument,
  { directory, taken }: JsonPlace,
): Promise<StagedFile | undefined> {
  const text = `${printableJsonLines(documentJson(namespace, facts, content))}\n`;
  const folder = join(directory, ...foldersOf(content.type, namespace));
  const first = join(folder, `${facts.id}.json`);
  // One id may be a document in two namespaces.
  const isOthers = taken.has(first) || (namespaceOf(await readText(first)) ?? namespace) !== namespace;
  const path = isOthers ? join(folder, `${facts.id}.${namespace}.json`) : first;
  taken.add(path);
  if ((await readText(path)) === text) return undefined;
  return {
    path,
    sizeBytes: text.length,
    async stage(staging) {
      const staged = join(staging, 'document.json');
      await writeFile(staged, text, { mode: 0o600 });
      return staged;
    },
  };
}

/** A `$type` comes from whoever wrote the document: one that is no NSID names no folder. */
function foldersOf(type: string | undefined, namespace: Namespace): readonly string[] {
  if (type === undefined || !isNsid(type)) return namespaceFolders(namespace);
  return [...namespaceFolders(authorityOf(type)), type.slice(type.lastIndexOf('.') + 1)];
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

const exportedSchema = z.object({ namespace: z.string() });

/** Undefined of what is no export of ours. */
function namespaceOf(text: string): string | undefined {
  try {
    return exportedSchema.parse(JSON.parse(text)).namespace;
  } catch {
    return undefined;
  }
}
