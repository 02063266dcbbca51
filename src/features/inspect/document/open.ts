import { readHistory, type History } from '../../../core/content/history.ts';
import { latestMoment, resolveMoment, type Moment, type NamedMoment } from '../../../core/content/moment.ts';
import { openDocument, type OpenedDocument } from '../../../core/content/opened-document.ts';
import { Failure } from '../../../core/failure.ts';
import { documentUrl } from '../../../core/store/document-id.ts';
import type { ListedDocument, ReadDocument } from '../../../core/store/namespace-reader.ts';
import { printableJson } from '../../../platform/escape.ts';
import { takeTurn } from '../../../platform/turn.ts';
import type { Inspection } from '../inspection.ts';
import type { DocumentTarget } from '../question.ts';

/** One document as it is stored. */
export interface StoredOne {
  readonly target: DocumentTarget;
  readonly url: string;
  readonly facts: ListedDocument;
}

/** The same, opened. */
export interface OpenedOne extends StoredOne, Disposable {
  readonly opened: OpenedDocument;
  readonly history: History;
}

/** What is known of a document without reading it; `NotFound` where it went away since it was found. */
export async function findOne({ reader }: Inspection, target: DocumentTarget): Promise<StoredOne> {
  const facts = await reader.facts(target.namespace, target.id);
  if (facts === undefined) throw gone(target);
  return { target, facts, url: documentUrl(target.id) };
}

/** Its chunks; `NotFound` where it went away meanwhile. */
export async function readOne({ reader }: Inspection, target: DocumentTarget): Promise<ReadDocument> {
  const document = await reader.load(target.namespace, target.id);
  if (document === undefined) throw gone(target);
  return document;
}

/** Opens a document, or says what is damaged and gives the sentence. */
export async function openOne(inspection: Inspection, stored: StoredOne): Promise<OpenedOne | string> {
  const { target, url } = stored;
  try {
    using opening = new DisposableStack();
    const document = await readOne(inspection, target);
    await takeTurn(inspection.signal);
    const opened = opening.use(await openDocument(document));
    await takeTurn(inspection.signal);
    const history = readHistory(opened);
    await takeTurn(inspection.signal);
    const owned = opening.move();
    return { ...stored, opened, history, [Symbol.dispose]: () => owned.dispose() };
  } catch (error) {
    return inspection.damage.add(`${target.namespace} ${url}`, error);
  }
}

/**
 * Answers a question of which nothing is left where the document cannot be read: then it is told, and JSON says so,
 * too.
 */
export async function askOne(
  inspection: Inspection,
  target: DocumentTarget,
  answer: (one: OpenedOne) => Promise<void>,
): Promise<void> {
  const stored = await findOne(inspection, target);
  const opened = await openOne(inspection, stored);
  if (typeof opened !== 'string') {
    using one = opened;
    return await answer(one);
  }
  if (!inspection.isJson) return;
  await inspection.terminal.result(printableJson({ ...identityOf(stored), error: opened }));
}

/** How JSON names a document. */
export function identityOf({ target: { namespace, id }, url }: StoredOne): object {
  return { namespace, id, url };
}

/** The named moment of a document, the latest state where none is named. */
export function momentOf({ history }: OpenedOne, named: NamedMoment | undefined): Moment {
  return named === undefined ? latestMoment(history) : resolveMoment(history, named);
}

function gone({ namespace, id }: DocumentTarget): Failure {
  return new Failure('NotFound', `${id} is no longer in ${namespace}.`);
}
