import { expect, test } from 'bun:test';
import { openReader } from '../../../src/core/store/reader.ts';
import { verifyDocument, verifyNamespaces } from '../../../src/core/verify/verify.ts';
import { Cancelled } from '../../../src/platform/cancelled.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { leaveData, leftNamespace } from '../../support/left-data.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { sampleId } from '../../support/sample-documents.ts';

for (const what of ['a namespace', 'a document'] as const) {
  test(`a look at ${what} ends at once when it is cancelled, whatever is still being opened`, async () => {
    using folder = temporaryFolder();
    await leaveData(folder.path, 'sqlite');
    await using reader = await openReader(folder.path);
    const cancelling = new AbortController();
    const never = (): Promise<never> => {
      queueMicrotask(() => cancelling.abort(new Cancelled('SIGINT')));
      return new Promise(() => {});
    };
    const fence = { open: never, compact: never, judge: never };
    const verification = { reader, fence, signal: cancelling.signal };
    const events =
      what === 'a namespace'
        ? verifyNamespaces(verification, [leftNamespace])
        : verifyDocument(verification, { kind: 'document', namespace: leftNamespace, id: sampleId(1) });
    expect(await rejectionOf(Array.fromAsync(events))).toBeInstanceOf(Cancelled);
  });
}
