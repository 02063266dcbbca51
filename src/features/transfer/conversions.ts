import type { Conversion } from '../../core/store/conversion/convert-all.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import type { StoreBackend } from '../../core/store/stores.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';

/** What became of the namespaces that another backend kept. */
export interface Conversions extends Conversion {
  readonly store: StoreBackend;
  readonly isDry: boolean;
  /** Namespaces whose files still lie as automerge-repo wrote them: no store of ours has them yet. */
  readonly stock: readonly Namespace[];
  /** Some namespaces are kept by one backend and some by the other. */
  readonly isSplit: boolean;
}

export function conversionsJson({ store, isDry, converted, damaged }: Conversions): string {
  const namespaces = converted.map(({ namespace, from, documentCount, keptIn }) => ({
    namespace,
    from,
    documents: documentCount,
    keptIn,
  }));
  const unmovable = damaged.map(({ namespace, error }) => ({ namespace, error }));
  return printableJsonLines({ store, dryRun: isDry, namespaces, damaged: unmovable });
}

export function describeConversions(conversions: Conversions): string {
  const { store, isDry, converted, damaged } = conversions;
  if (converted.length === 0) {
    return damaged.length > 0 ? `Nothing was moved to ${store}.` : whyNothing(conversions);
  }
  const begin = isDry ? 'Would be moved to' : 'Moved to';
  const lines = converted.map(
    ({ namespace, from, documentCount }) =>
      `${begin} ${store}: ${namespace}, ${count(documentCount, 'document')}, from ${from}.`,
  );
  const kept = converted.flatMap(({ keptIn }) => keptIn);
  if (kept.length > 0) {
    lines.push(
      '',
      'What was there before is kept; delete it once you are content:',
      ...kept.map((one) => `  ${one}`),
    );
  }
  if (conversions.stock.length > 0) lines.push('', describeStock(conversions));
  return lines.join('\n');
}

function whyNothing(conversions: Conversions): string {
  const why =
    conversions.stock.length > 0
      ? `Nothing is to be moved. ${describeStock(conversions)}`
      : `Nothing is to be moved: no namespace is kept by anything but ${conversions.store}.`;
  return `${why}\nTo bring in a folder of automerge-repo: groundmist import <directory> --into <namespace>.`;
}

const mostNamed = 5;

function describeStock({ stock, store }: Conversions): string {
  const which = `${stock.slice(0, mostNamed).join(', ')}${stock.length > mostNamed ? ', and so on' : ''}`;
  const then =
    store === 'nodefs'
      ? 'a server uses the files where they are'
      : 'a server takes each namespace over into sqlite when an app of it first signs in, and leaves the files';
  return `As automerge-repo wrote them: ${which}; ${then}.`;
}
