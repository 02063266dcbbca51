import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { getHeads, hasHeads } from '@automerge/automerge';
import { join } from 'node:path';
import { controlSocketPath } from '../../src/core/store/layout.ts';
import { eventually } from '../support/eventually.ts';
import { LeanClient } from '../support/lean-client.ts';
import { failingThrough, whyNoFailingCalls, type FailingCall } from './failing-calls.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

/*
 * After an I/O error nobody knows what is on the disk: https://wiki.postgresql.org/wiki/Fsync_Errors. One call fails here
 * and the disk is well again at once; the server does not trust it all the same. docs/decisions/full-disk.md.
 */

const missing = whyNoFailingCalls();

test.if(process.env['CI'] === 'true')(
  'calls can be made to fail, so that a broken disk is tried in CI',
  () => {
    expect(missing).toBeUndefined();
  },
);

if (missing !== undefined) test.skip(`a broken disk is not tried here: ${missing}`, () => {});

const log = 'xyz/groundmist/library/documents.sqlite-wal';
const tail = 'xyz/groundmist/library/documents.sqlite-tail';
const chunk = '.groundmist/tmp/xyz.groundmist.library/9.chunk';

interface Fault extends Omit<FailingCall, 'error'> {
  readonly store: 'sqlite' | 'nodefs';
  /** Of each edit: larger ones go past the tail. */
  readonly edit: 'small' | 'large';
}

const faults: readonly Fault[] = [
  { store: 'sqlite', edit: 'small', name: 'fdatasync', path: tail, when: '12' },
  { store: 'sqlite', edit: 'small', name: 'pwrite64', path: tail, when: '40' },
  { store: 'sqlite', edit: 'large', name: 'fsync', path: log, when: '12' },
  { store: 'sqlite', edit: 'large', name: 'pwrite64', path: log, when: '120' },
  { store: 'nodefs', edit: 'small', name: 'write', path: chunk, when: '1' },
  { store: 'nodefs', edit: 'small', name: 'fdatasync', path: chunk, when: '1' },
];

describe.if(missing === undefined)('when the disk fails once in the middle of writing', () => {
  let home: Installation;
  beforeEach(async () => {
    home = await Installation.create();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  test.each(faults.map((fault) => [fault.store, fault.edit, fault.name, fault] as const))(
    '%s, %s edits, %s: what was acknowledged is kept and read, the rest refused with a reason, and nothing new stored until a restart',
    async (store, edit, _, fault) => {
      home.settings = { ...home.settings, GROUNDMIST_STORE: store };
      const path = join(home.dataDirectory, fault.path);
      const server = await home.serve({}, failingThrough({ ...fault, error: 'EIO', path }));
      const [writerUrl, readerUrl] = [await home.admit(), await home.admit()];
      const writer = await LeanClient.connect(writerUrl);
      const documentId = await writeUntilRefused(writer, edit);
      expect(writer.closed).toEqual({ code: 1013, reason: expect.stringContaining('could not store') });
      const told = [...(writer.told.get(documentId) ?? [])];
      const [last = ''] = getHeads(writer.document(documentId) ?? expect.unreachable());
      expect(told.length).toBeGreaterThan(1);
      expect(told).not.toContain(last);

      await expectReadOnly(readerUrl);
      await expectAll(readerUrl, documentId, told);
      expect(await server.stop()).toEqual({ exitCode: 0, signal: null });

      await home.serve();
      await eventually('it is ready', async () => (await fetch(`${home.url}/ready`)).ok);
      await expectAll(readerUrl, documentId, told);
      const again = await LeanClient.connect(writerUrl);
      again.adopt(documentId, writer.document(documentId) ?? expect.unreachable());
      await eventually('what was refused is taken', () => again.told.get(documentId)?.has(last));
      again.close();
    },
  );

  test.each([
    ['small', tail, '40'],
    ['large', log, '120'],
  ] as const)(
    'sqlite, %s edits, without room: that is refused, and taken in the next time',
    async (edit, file, when) => {
      const path = join(home.dataDirectory, file);
      await home.serve({}, failingThrough({ name: 'pwrite64', error: 'ENOSPC', path, when }));
      const url = await home.admit();
      const writer = await LeanClient.connect(url);
      const documentId = await writeUntilRefused(writer, edit);
      expect(writer.closed).toEqual({ code: 1013, reason: expect.stringContaining('could not store') });
      expect((await fetch(`${home.url}/ready`)).status).toBe(503);
      const doc = writer.document(documentId) ?? expect.unreachable();
      const again = await LeanClient.connect(url);
      again.adopt(documentId, doc);
      await eventually('it is taken', () =>
        getHeads(doc).every((head) => again.told.get(documentId)?.has(head)),
      );
      expect((await fetch(`${home.url}/ready`)).status).toBe(200);
      again.close();
    },
  );

  /** The owner is told why, and who sends something new is told so; this disk is well by now. */
  async function expectReadOnly(url: string): Promise<void> {
    const ready = await fetch(`${home.url}/ready`);
    expect({ status: ready.status, body: await ready.json() }).toEqual({
      status: 503,
      body: { status: 'not ready' },
    });
    const unix = controlSocketPath(home.dataDirectory);
    expect(await (await fetch('http://localhost/ready', { unix })).json()).toEqual({
      reasons: [
        expect.stringMatching(
          /the disk reported an error \((?:SQLITE_IOERR_\w+|EIO)\); nothing is stored until a restart/,
        ),
      ],
      warnings: [],
    });
    const late = await LeanClient.connect(url);
    late.create({ more: true });
    expect(await eventually('the late one is refused', () => late.closed)).toEqual({
      code: 1013,
      reason: expect.stringMatching(
        /^Documents are read-only: the disk of the server has failed, and it has to be started again\. \(request [0-9a-z]{6}\)$/,
      ),
    });
  }
});

/** Far more than until the call that fails. */
const mostEdits = 500;
const largeBytes = 3_000;

/** One edit after the other, each once the one before it is acknowledged, until the server closes the socket. */
async function writeUntilRefused(writer: LeanClient, edit: Fault['edit']): Promise<string> {
  const bytes = edit === 'small' ? 1 : largeBytes;
  const documentId = writer.create({ edits: 0 });
  for (let edits = 1; edits < mostEdits && !writer.isClosed; edits += 1) {
    const [head = ''] = getHeads(writer.document(documentId) ?? expect.unreachable());
    await eventually(
      'it is acknowledged or refused',
      () => writer.isClosed || writer.told.get(documentId)?.has(head),
    );
    const written = crypto.getRandomValues(new Uint8Array(bytes));
    if (!writer.isClosed) writer.change(documentId, (fields) => void (fields['edits'] = written));
  }
  return documentId;
}

/** Somebody who comes now is given all that anybody was told of. */
async function expectAll(url: string, documentId: string, told: readonly string[]): Promise<void> {
  const reader = await LeanClient.connect(url);
  const doc = (await reader.find(documentId)) ?? expect.unreachable();
  for (const head of told) expect(hasHeads(doc, [head])).toBe(true);
  reader.close();
}
