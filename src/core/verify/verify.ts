import { existsSync } from 'node:fs';
import { unlessAborted } from '../../platform/cancelled.ts';
import { count } from '../../platform/format.ts';
import { Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import { documentsPath } from '../store/layout.ts';
import type { Reader } from '../store/reader.ts';
import { salvage } from '../store/salvage/salvage.ts';
import type { Target } from '../store/target.ts';
import type { DocumentReport } from './document-report.ts';
import type { VerifyEvent } from './event.ts';
import { examineDocument } from './examine-document.ts';

export interface Verification {
  readonly reader: Reader;
  readonly fence: Pick<Fence, 'open' | 'compact' | 'judge'>;
  readonly signal: AbortSignal;
}

/** So many documents, and so many bytes of them, are looked at at once; one of any size always is. */
const mostAtOnce = 32;
const mostBytesAtOnce = 16 * 2 ** 20;

/** Looks at every document of these namespaces, and at the stores themselves, in order. */
export async function* verifyNamespaces(
  verification: Verification,
  namespaces: readonly Namespace[],
): AsyncGenerator<VerifyEvent> {
  for (const namespace of namespaces) {
    verification.signal.throwIfAborted();
    let isBroken = false;
    for await (const event of verifyNamespace(verification, namespace)) {
      isBroken ||= event.kind === 'store' && event.finding.kind === 'database';
      yield event;
    }
    if (isBroken) yield* readableFindings(verification, namespace);
  }
}

async function* verifyNamespace(
  verification: Verification,
  namespace: Namespace,
): AsyncGenerator<VerifyEvent> {
  try {
    for (const finding of await verification.reader.findings(namespace)) {
      yield { kind: 'store', namespace, finding };
    }
    yield* verifyDocuments(verification, namespace);
  } catch (error) {
    yield { kind: 'store', namespace, finding: { kind: 'database', problem: damageOf(error) } };
  }
}

/** What a repair would find in a database that is broken. */
function* readableFindings({ reader }: Verification, namespace: Namespace): Generator<VerifyEvent> {
  const path = documentsPath(reader.dataDirectory, namespace);
  if (!existsSync(path)) return;
  const { documents, chunks } = salvage(path).count();
  if (documents === 0) return; // What becomes of it is told with the damage.
  const counted = `${count(documents, 'document')} with ${count(chunks, 'chunk')}`;
  yield {
    kind: 'note',
    sentence: `${namespace}: page by page, ${counted} can be read out of its database; a repair makes it anew of these.`,
  };
}

/** Looks at one document; `NotFound` where it went away since it was found. */
export async function* verifyDocument(
  verification: Verification,
  { namespace, id }: Extract<Target, { kind: 'document' }>,
): AsyncGenerator<VerifyEvent> {
  const report = await unlessAborted(verification.signal, examine(verification, namespace, id));
  if (report === undefined) throw new Failure('NotFound', `${id} is no longer in ${namespace}.`);
  yield { kind: 'document', report };
}

/** Several at once, told in their order. */
async function* verifyDocuments(
  verification: Verification,
  namespace: Namespace,
): AsyncGenerator<VerifyEvent> {
  const running = new Running(verification.signal);
  for await (const { id, sizeBytes } of verification.reader.list(namespace)) {
    verification.signal.throwIfAborted();
    while (!running.hasRoom(sizeBytes)) yield* running.next();
    running.add(sizeBytes, examine(verification, namespace, id));
  }
  while (!running.isEmpty) yield* running.next();
}

type Examination = Promise<DocumentReport | undefined>;

/** Documents that are being looked at. */
class Running {
  readonly #waiting: { readonly sizeBytes: number; readonly report: Examination }[] = [];
  readonly #signal: AbortSignal;
  #sizeBytes = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  hasRoom(sizeBytes: number): boolean {
    const fits = this.#waiting.length < mostAtOnce && this.#sizeBytes + sizeBytes <= mostBytesAtOnce;
    return this.isEmpty || fits;
  }

  add(sizeBytes: number, report: Examination): void {
    report.catch(() => {}); // Told when its turn comes.
    this.#waiting.push({ sizeBytes, report });
    this.#sizeBytes += sizeBytes;
  }

  /** The oldest, where it is still there. */
  async *next(): AsyncGenerator<VerifyEvent> {
    const first = this.#waiting.shift();
    this.#sizeBytes -= first?.sizeBytes ?? 0;
    const report = first && (await unlessAborted(this.#signal, first.report));
    if (report) yield { kind: 'document', report };
  }
}

async function examine(
  { reader, fence }: Verification,
  namespace: Namespace,
  id: DocumentId,
): Promise<DocumentReport | undefined> {
  const laid = await reader.lay(namespace, id);
  return laid && examineDocument(namespace, laid, fence);
}

/** Why a store cannot be read; throws what is no damage of it. */
function damageOf(error: unknown): string {
  if (error instanceof Failure && error.code === 'StoreDamaged') return error.message;
  throw error;
}
