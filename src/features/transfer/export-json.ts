import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { documentJson } from '../../core/content/document-json.ts';
import { namespaceFolders, type Namespace } from '../../core/lexicon/namespace.ts';
import { authorityOf, isNsid } from '../../core/lexicon/nsid.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import type { LeavingDocument } from './export-documents.ts';
import type { StagedFile } from './placed-files.ts';

/** A document as one file of JSON in the folders of its `$type`; undefined where that file is there and the same. */
export async function jsonFile(
  document: LeavingDocument,
  directory: string,
): Promise<StagedFile | undefined> {
  const { namespace, facts } = document;
  const content = await document.content();
  const text = `${printableJsonLines(documentJson(namespace, facts, content))}\n`;
  const folder = join(directory, ...foldersOf(content.type, namespace));
  const first = join(folder, `${facts.id}.json`);
  const found = await readText(first);
  const isTaken = found !== undefined && (namespaceOf(found) ?? namespace) !== namespace;
  const path = isTaken ? join(folder, `${facts.id}.${namespace}.json`) : first;
  if ((isTaken ? await readText(path) : found) === text) return undefined;
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

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

const exportedSchema = z.object({ namespace: z.string() });

/** One id may be a document in two namespaces. */
function namespaceOf(text: string): string | undefined {
  try {
    return exportedSchema.parse(JSON.parse(text)).namespace;
  } catch {
    return undefined;
  }
}
