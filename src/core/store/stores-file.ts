import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { isNamespace, type Namespace } from '../lexicon/namespace.ts';
import { writeDurably } from './durable-file.ts';
import { hasErrorCode } from './error-code.ts';
import { storesPath } from './layout.ts';
import { storeNewer } from './store-failure.ts';

const entrySchema = z.object({
  /** Which backend holds the truth of this namespace. */
  backend: z.string(),
  /** Documents of the stock layout that were not taken over, and why. */
  problems: z.array(z.object({ document: z.string(), reason: z.string() })).readonly(),
  /** The backend before this one, while what it left behind lies where it was. */
  replaced: z.string().optional(),
});
const fileSchema = z.object({
  version: z.literal(1),
  namespaces: z.record(z.string().refine(isNamespace), entrySchema),
});

const newerSchema = z.object({ version: z.int().gt(1) });

export type StoresEntry = Readonly<z.infer<typeof entrySchema>>;

/**
 * `stores.json`: which backend holds the truth of each namespace. A namespace is in it once whatever was
 * there in the stock layout has been imported.
 */
export class StoresFile {
  readonly #path: string;
  readonly #entries: Map<string, StoresEntry>;

  /** Reads it; `StoreDamaged` where it is not what we wrote, `StoreNewer` where a newer groundmist wrote it. */
  constructor(dataDirectory: string) {
    this.#path = storesPath(dataDirectory);
    this.#entries = new Map(Object.entries(read(this.#path)));
  }

  get(namespace: Namespace): StoresEntry | undefined {
    return this.#entries.get(namespace);
  }

  entries(): Iterable<readonly [namespace: string, entry: StoresEntry]> {
    return this.#entries;
  }

  /** On disk when it returns. */
  set(namespace: Namespace, entry: StoresEntry): void {
    writeDurably(this.#path, storesText([...this.#entries, [namespace, entry]]));
    this.#entries.set(namespace, entry);
  }
}

/** The file that says this of these namespaces. */
export function storesText(entries: Iterable<readonly [namespace: string, entry: StoresEntry]>): string {
  return `${JSON.stringify({ version: 1, namespaces: Object.fromEntries(entries) }, null, 2)}\n`;
}

function read(path: string): Readonly<Record<string, StoresEntry>> {
  try {
    const said: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (newerSchema.safeParse(said).success) throw storeNewer(path);
    return fileSchema.parse(said).namespaces;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (hasErrorCode(error, 'ENOENT')) return {};
    throw new Failure(
      'StoreDamaged',
      `${path} cannot be read, so it is not known which store holds the documents. Bring it back from a backup.`,
      { cause: error },
    );
  }
}
