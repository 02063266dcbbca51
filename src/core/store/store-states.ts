import { toFailure } from '../failure.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentStore } from './document-store.ts';
import type { NamespaceSummary } from './namespace-reader.ts';

/** How a namespace stands in a running server. */
export type StoreState =
  | { readonly kind: 'open'; readonly namespace: Namespace; readonly summary: NamespaceSummary }
  /** It waits for its turn at the start, or is being imported. */
  | { readonly kind: 'opening'; readonly namespace: Namespace }
  /** It could not be opened, or not be read: a sentence says why. */
  | { readonly kind: 'failed'; readonly namespace: Namespace; readonly reason: string };

/** Remembers how the stores of a server were opened, for whoever asks how they stand. */
export class StoreStates {
  readonly #open = new Map<Namespace, DocumentStore>();
  readonly #failed = new Map<Namespace, string>();
  readonly #known = new Set<Namespace>();

  /** These have documents, whether or not anybody has opened them. */
  know(namespaces: Iterable<Namespace>): void {
    for (const namespace of namespaces) this.#known.add(namespace);
  }

  /** Watches how an opening ends; whoever opens hears of its failure. */
  watch(namespace: Namespace, opening: Promise<DocumentStore>): void {
    this.#known.add(namespace);
    this.#failed.delete(namespace);
    opening.then(
      (store) => void this.#open.set(namespace, store),
      (error: unknown) => void this.#failed.set(namespace, toFailure(error).message),
    );
  }

  /** How many there are of each kind; reads nothing. */
  count(): Readonly<Record<StoreState['kind'], number>> {
    const [open, failed] = [this.#open.size, this.#failed.size];
    return { open, opening: this.#known.size - open - failed, failed };
  }

  /** In the order of their names; opens nothing. */
  read(): Promise<readonly StoreState[]> {
    return Promise.all([...this.#known].toSorted().map((namespace) => this.#stateOf(namespace)));
  }

  /** Why they cannot be served, a sentence for each that could not be opened. */
  whyFailed(): readonly string[] {
    const failed = [...this.#failed].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return failed.map(([namespace, reason]) => describeFailed(namespace, reason));
  }

  /** A sentence for each that is not open yet. */
  whyOpening(): readonly string[] {
    const opening = [...this.#known].filter((one) => !this.#open.has(one) && !this.#failed.has(one));
    return opening.toSorted().map(describeOpening);
  }

  async #stateOf(namespace: Namespace): Promise<StoreState> {
    const store = this.#open.get(namespace);
    try {
      if (store) return { kind: 'open', namespace, summary: await store.summary() };
    } catch (error) {
      return { kind: 'failed', namespace, reason: toFailure(error).message };
    }
    const reason = this.#failed.get(namespace);
    return reason === undefined ? { kind: 'opening', namespace } : { kind: 'failed', namespace, reason };
  }
}

function describeOpening(namespace: Namespace): string {
  return `${namespace} is being opened: at a first start its documents are imported, which takes a while.`;
}

/** For the owner, of a namespace that could not be opened or read. */
export function describeFailed(namespace: string, reason: string): string {
  return `${namespace} cannot be served: ${reason} \`groundmist verify ${namespace}\` says what is wrong with it.`;
}
