import type { Conversion } from '../../core/store/conversion/convert-all.ts';
import type { StoreBackend } from '../../core/store/stores.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';

/** What became of the namespaces that another backend kept. */
export interface Conversions extends Conversion {
  readonly store: StoreBackend;
  readonly isDry: boolean;
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

export function describeConversions({ store, isDry, converted, damaged }: Conversions): string {
  if (converted.length === 0 && damaged.length === 0) {
    return `Every namespace is kept by ${store} already. To bring in a folder of automerge-repo: groundmist import <directory> --into <namespace>.`;
  }
  const begin = isDry ? 'Would be moved to' : 'Moved to';
  const lines = converted.map(
    ({ namespace, from, documentCount }) =>
      `${begin} ${store}: ${namespace}, ${count(documentCount, 'document')}, from ${from}.`,
  );
  if (lines.length === 0) lines.push(`Nothing was moved to ${store}.`);
  const kept = converted.flatMap(({ keptIn }) => keptIn);
  if (kept.length > 0) {
    lines.push(
      '',
      'What was there before is kept; delete it once you are content:',
      ...kept.map((one) => `  ${one}`),
    );
  }
  return lines.join('\n');
}
