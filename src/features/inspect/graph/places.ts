import type { Namespace } from '../../../core/lexicon/namespace.ts';
import type { DocumentId } from '../../../core/store/document-id.ts';
import type { Inspection } from '../inspection.ts';

/** Finds documents by their ids in all namespaces; each id is looked up once. */
export class Places {
  readonly #inspection: Inspection;
  readonly #found = new Map<DocumentId, readonly Namespace[]>();
  #namespaces: readonly Namespace[] | undefined;

  constructor(inspection: Inspection) {
    this.#inspection = inspection;
  }

  /** The namespaces that hold the document, as far as they can be read. */
  async find(id: DocumentId): Promise<readonly Namespace[]> {
    const known = this.#found.get(id);
    if (known) return known;
    const found: Namespace[] = [];
    this.#namespaces ??= await this.#inspection.reader.namespaces();
    for (const namespace of this.#namespaces) if (await this.#has(namespace, id)) found.push(namespace);
    this.#found.set(id, found);
    return found;
  }

  async #has(namespace: Namespace, id: DocumentId): Promise<boolean> {
    try {
      return (await this.#inspection.reader.facts(namespace, id)) !== undefined;
    } catch (error) {
      this.#inspection.damage.add(namespace, error);
      this.#namespaces = this.#namespaces?.filter((one) => one !== namespace);
      return false;
    }
  }
}
