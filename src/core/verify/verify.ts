import { Failure } from '../failure.ts';
import type { Fence } from '../fence/fence.ts';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import type { ListedDocument } from '../store/namespace-reader.ts';
import type { Reader } from '../store/reader.ts';
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
    try {
      for (const finding of await verification.reader.findings(namespace)) {
        yield { kind: 'store', namespace, finding };
      }
      yield* verifyDocuments(verification, namespace);
    } catch (error) {
      yield { kind: 'store', namespace, finding: { kind: 'database', problem: damageOf(error) } };
    }
  }
}

/** Looks at one document; `NotFound` where it went away since it was found. */
export async function* verifyDocument(
  verification: Verification,
  { namespace, id }: Extract<Target, { kind: 'document' }>,
): AsyncGenerator<VerifyEvent> {
  const report = await examine(verification, namespace, id);
  if (report === undefined) throw new Failure('NotFound', `${id} is no longer in ${namespace}.`);
  yield { kind: 'document', report };
}

async function* verifyDocuments(
  verification: Verification,
  namespace: Namespace,
): AsyncGenerator<VerifyEvent> {
  const running: { readonly sizeBytes: number; readonly report: Promise<DocumentReport | undefined> }[] = [];
  let runningBytes = 0;
  const documents: AsyncIterable<ListedDocument> = verification.reader.list(namespace);
  async function* drain(until: (count: number, bytes: number) => boolean): AsyncGenerator<VerifyEvent> {
    while (running.length > 0 && !until(running.length, runningBytes)) {
      const first = running.shift();
      const report = await first?.report;
      runningBytes -= first?.sizeBytes ?? 0;
      if (report) yield { kind: 'document', report };
    }
  }
  for await (const { id, sizeBytes } of documents) {
    verification.signal.throwIfAborted();
    yield* drain((count, bytes) => count < mostAtOnce && bytes + sizeBytes <= mostBytesAtOnce);
    const report = examine(verification, namespace, id);
    report.catch(() => {}); // Told when its turn comes.
    running.push({ sizeBytes, report });
    runningBytes += sizeBytes;
  }
  yield* drain((count) => count === 0);
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
