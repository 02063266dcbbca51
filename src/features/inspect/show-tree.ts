import type { Namespace } from '../../core/lexicon/namespace.ts';
import type { NamespaceSummary } from '../../core/store/namespace-reader.ts';
import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import { count, formatBytes, isoTime } from '../../platform/format.ts';
import { lineWidth, type Inspection } from './inspection.ts';
import { drawTree, summaryColumns } from './tree.ts';

/** A namespace as the tree shows it. */
type Summarised =
  | { readonly kind: 'summary'; readonly namespace: Namespace; readonly summary: NamespaceSummary }
  | { readonly kind: 'damaged'; readonly namespace: Namespace; readonly error: string };

/** The tree of namespaces, drawn or as JSON. */
export async function showTree(
  inspection: Inspection,
  namespaces: readonly Namespace[],
  form: 'drawn' | 'json',
): Promise<void> {
  const summarised: Summarised[] = [];
  for (const namespace of namespaces) summarised.push(await summarise(inspection, namespace));
  const { terminal, reader } = inspection;
  if (form === 'json') {
    await terminal.result(printableJson({ namespaces: summarised.map(summaryJson) }));
    return;
  }
  const root = escapeUnprintable(reader.dataDirectory);
  if (summarised.length === 0) {
    await terminal.result(`No documents yet in ${root}.`);
    terminal.note('They appear once an app has synced: start the server with `groundmist serve`.');
    return;
  }
  const entries = summarised.map((one) => ({ name: one.namespace, columns: columnsOf(one) }));
  await terminal.result([...drawTree(root, entries, lineWidth(terminal)), '', totals(summarised)].join('\n'));
}

async function summarise({ reader, damage, signal }: Inspection, namespace: Namespace): Promise<Summarised> {
  signal.throwIfAborted();
  try {
    return { kind: 'summary', namespace, summary: await reader.summary(namespace) };
  } catch (error) {
    return { kind: 'damaged', namespace, error: damage.add(namespace, error) };
  }
}

function columnsOf(one: Summarised): readonly string[] {
  if (one.kind === 'damaged') return ['cannot be read'];
  const { documentCount, sizeBytes, changedAt } = one.summary;
  return summaryColumns(documentCount, sizeBytes, changedAt);
}

function summaryJson(one: Summarised): object {
  const { namespace } = one;
  if (one.kind === 'damaged') return { namespace, error: one.error };
  const { documentCount: documents, sizeBytes: bytes, changedAt } = one.summary;
  return { namespace, documents, bytes, lastChange: isoTime(changedAt) };
}

function totals(all: readonly Summarised[]): string {
  const summaries = all.flatMap((one) => (one.kind === 'summary' ? [one.summary] : []));
  const documents = summaries.reduce((sum, { documentCount }) => sum + documentCount, 0);
  const bytes = summaries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return `${count(all.length, 'namespace')}, ${count(documents, 'document')}, ${formatBytes(bytes)}`;
}
