import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Namespace } from '../lexicon/namespace.ts';
import { storesPath } from './layout.ts';

const schema = z.object({ namespaces: z.record(z.string(), z.unknown()) });

/** `stores.json`: a namespace is in it once its documents in the stock layout have been imported. */
export class StoresFile {
  readonly #namespaces: ReadonlyMap<string, unknown>;

  constructor(dataDirectory: string) {
    const path = storesPath(dataDirectory);
    const found = existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))).namespaces : {};
    this.#namespaces = new Map(Object.entries(found));
  }

  get(namespace: Namespace): unknown {
    return this.#namespaces.get(namespace);
  }
}
