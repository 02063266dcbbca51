import { readHistory } from '../../core/content/history.ts';
import { latestMoment } from '../../core/content/moment.ts';
import { openDocument } from '../../core/content/opened-document.ts';
import { seeDocument, type SeenDocument } from '../../core/content/seen-document.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import type { ListedDocument, ReadDocument } from '../../core/store/namespace-reader.ts';
import type { Reader } from '../../core/store/reader.ts';
import type { Target } from '../../core/store/target.ts';
import type { ExportTally } from './export-tally.ts';

/** A document as it is stored, on its way out. */
export interface LeavingDocument {
  readonly namespace: Namespace;
  readonly facts: ListedDocument;
  readonly stored: ReadDocument;
  /** Opened here, in this process; `StoreDamaged` where that cannot be. */
  content(): Promise<SeenDocument>;
}

export interface DocumentsOptions {
  readonly reader: Reader;
  readonly signal: AbortSignal;
  /** Hears of what cannot be read; the rest goes on. */
  readonly tally: ExportTally;
}

/** Every document that the target names, one after the other. */
export async function* documentsUnder(
  target: Target,
  options: DocumentsOptions,
): AsyncGenerator<LeavingDocument> {
  if (target.kind === 'document') {
    const facts = await options.reader.facts(target.namespace, target.id);
    const document = facts && (await load(target.namespace, facts, options));
    if (document) yield document;
    return;
  }
  const namespaces = target.kind === 'namespace' ? [target.namespace] : target.namespaces;
  for (const namespace of namespaces) {
    for await (const document of documentsOf(namespace, options)) {
      if (target.kind !== 'type' || (await isOfType(document, target.type, options))) yield document;
    }
  }
}

/** How many there are, for the bar; those that cannot be counted are left out. */
export async function countUnder(target: Target, reader: Reader): Promise<number> {
  if (target.kind === 'document') return 1;
  let total = 0;
  for (const namespace of target.kind === 'namespace' ? [target.namespace] : target.namespaces) {
    total += await reader.summary(namespace).then(
      ({ documentCount }) => documentCount,
      () => 0,
    );
  }
  return total;
}

async function* documentsOf(
  namespace: Namespace,
  options: DocumentsOptions,
): AsyncGenerator<LeavingDocument> {
  const listed = options.reader.list(namespace);
  for (;;) {
    options.signal.throwIfAborted();
    const next = await options.tally.guard({ namespace }, () => listed.next());
    if (next === undefined || next.done) return;
    const document = await load(namespace, next.value, options);
    if (document) yield document;
  }
}

async function load(
  namespace: Namespace,
  facts: ListedDocument,
  { reader, tally }: DocumentsOptions,
): Promise<LeavingDocument | undefined> {
  const stored = await tally.guard({ namespace, id: facts.id }, () => reader.load(namespace, facts.id));
  if (stored === undefined) return undefined;
  let opened: Promise<SeenDocument> | undefined;
  return { namespace, facts, stored, content: () => (opened ??= see(stored)) };
}

async function see(stored: ReadDocument): Promise<SeenDocument> {
  using opened = await openDocument(stored);
  return seeDocument(opened, latestMoment(readHistory(opened)));
}

async function isOfType(
  document: LeavingDocument,
  type: string,
  { tally }: DocumentsOptions,
): Promise<boolean> {
  const { namespace, facts } = document;
  const content = await tally.guard({ namespace, id: facts.id }, () => document.content());
  return content?.type === type;
}
