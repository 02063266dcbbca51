import { z } from 'zod';
import { Failure } from '../failure.ts';
import { isDid } from '../identity/did.ts';
import { isNamespace } from '../lexicon/namespace.ts';
import { isDocumentId } from '../store/document-id.ts';

export const manifestName = 'manifest.json';
export const filesName = 'files.ndjson';
export const documentsName = 'documents.ndjson';
/** All that is restored lies below it. */
export const dataFolder = 'data';

/** What a backup may say of itself; more is refused before it is read. */
export const mostManifestBytes = 1024 * 1024;
export const mostListBytes = 1024 * 1024 * 1024;

const format = 'groundmist-backup';
const formatVersion = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bytes = z.int().nonnegative();
const listed = z.object({ count: z.int().nonnegative(), bytes, sha256 });
const manifestSchema = z.object({
  format: z.literal(format),
  version: z.literal(formatVersion),
  /** The version of groundmist that made it. */
  groundmist: z.string().max(100),
  /** Whose server it was; null where that was not configured. */
  owner: z.string().refine(isDid).nullable(),
  createdAt: z.iso.datetime(),
  /** Sessions that were open, and are not in it. */
  sessions: z.int().nonnegative(),
  /** Documents that were damaged already. */
  damaged: z.int().nonnegative(),
  namespaces: z.array(
    z.object({
      namespace: z.string().refine(isNamespace),
      store: z.enum(['sqlite', 'files']),
      documents: z.int().nonnegative(),
    }),
  ),
  /** Of all files below `data/`, together. */
  dataBytes: bytes,
  files: listed,
  documents: listed,
});

/** What a backup says of itself, first in the archive. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
/** One of the two lists behind the manifest. */
export type ListFacts = Readonly<z.infer<typeof listed>>;

const fileSchema = z.object({
  /** Below `data/`, with slashes. */
  path: z.string().max(1000),
  bytes,
  sha256,
  modifiedAt: z.iso.datetime(),
});

/** One file below `data/`. */
export type ListedFile = Readonly<z.infer<typeof fileSchema>>;

const documentSchema = z.object({
  namespace: z.string().refine(isNamespace),
  id: z.string().refine(isDocumentId),
  /** Null where the document was damaged already. */
  heads: z.array(sha256).readonly().nullable(),
});

/** One document, in the order of namespaces and ids. */
export type ListedHeads = Readonly<z.infer<typeof documentSchema>>;

export function makeManifest(facts: Omit<Manifest, 'format' | 'version'>): Manifest {
  return { format, version: formatVersion, ...facts };
}

/** `BackupForeign` where it is no manifest of ours, or of a format that this version does not know. */
export function parseManifest(text: string): Manifest {
  const value = parseJson(text);
  const newer = z.object({ format: z.literal(format), version: z.int().gt(formatVersion) }).safeParse(value);
  if (newer.success) {
    throw new Failure(
      'BackupForeign',
      `This backup has format ${newer.data.version}, and this groundmist knows ${formatVersion}: use a newer groundmist.`,
    );
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure('BackupDamaged', `The ${manifestName} of this backup does not read as one.`, {
    cause: parsed.error,
  });
}

export function parseListedFile(line: string): ListedFile {
  return parseLine(fileSchema, line, filesName);
}

export function parseListedHeads(line: string): ListedHeads {
  return parseLine(documentSchema, line, documentsName);
}

function parseLine<Output>(schema: z.ZodType<Output>, line: string, name: string): Output {
  const parsed = schema.safeParse(parseJson(line));
  if (parsed.success) return parsed.data;
  throw new Failure('BackupDamaged', `A line of ${name} in this backup does not read as one.`, {
    cause: parsed.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
