import { expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import * as fc from 'fast-check';
import { defaultSyncLimits } from '../../../src/core/sync/limits.ts';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import { Editor } from '../../support/editor.ts';
import { openHub, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { newDocumentId } from '../../support/sync-document.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { wrapStore } from '../../support/wrapped-store.ts';

// Automerge has one WASM at a time: documents made before the server's is there could not be synced with it.
await loadAutomerge();

const editorCount = 4;
const documentCount = 2;
/** Of the rounds it takes to settle, many times over. */
const patience = 400;

const who = fc.nat(editorCount - 1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit'), who, what: fc.nat(documentCount - 1) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('speak', 'hear'), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('connect', 'drop', 'slow', 'drain'), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pause') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('fail', 'heal', 'restart') }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A hub that is started again on the same disk, and a disk that fails when it is told to. */
class Machine implements AsyncDisposable {
  readonly #directory = temporaryFolder();
  readonly editors: readonly Editor[];
  readonly ids = Array.from({ length: documentCount }, newDocumentId);
  isFailing = false;
  #current: TestHub | undefined;

  constructor() {
    this.editors = Array.from({ length: editorCount }, (_, n) => new Editor(`editor-${n}`, this.ids));
  }

  get current(): TestHub {
    if (!this.#current) throw new Error('the hub is not started');
    return this.#current;
  }

  async start(): Promise<void> {
    this.#current = await openHub({
      dataDirectory: this.#directory.path,
      wrap: (store) => this.#failing(store),
      limits: { chunksBeforeCompaction: 4, changesInMemory: 120 },
    });
  }

  /** Without a word to the rounds that run: what they answer now reaches nobody. */
  async restart(): Promise<void> {
    for (const editor of this.editors) editor.drop();
    await this.#current?.[Symbol.asyncDispose]();
    await this.start();
    await this.expectAcknowledged();
  }

  /** All that any editor was told to be on this server is in its store. */
  async expectAcknowledged(): Promise<void> {
    for (const id of this.ids) {
      const stored = await this.current.store.load(id);
      const doc = Automerge.load(Buffer.concat(bytesOf(stored)));
      const heads = this.editors.flatMap((editor) => [...(editor.acknowledged.get(id) ?? [])]);
      expect(Automerge.hasHeads(doc, heads)).toBe(true);
    }
  }

  async settle(): Promise<void> {
    this.isFailing = false;
    for (const editor of this.editors) editor.drop();
    for (let quiet = 0, round = 0; quiet < 5; round++) {
      if (round > patience) throw new Error('the editors never come to rest');
      let messages = 0;
      for (const editor of this.editors) {
        if (!editor.isConnected) editor.connect(this.current);
        messages += editor.hear() + editor.speak();
      }
      await Bun.sleep(0);
      await this.current.hub.rest();
      quiet = messages === 0 ? quiet + 1 : 0;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.[Symbol.asyncDispose]();
    this.#directory[Symbol.dispose]();
  }

  #failing(store: DocumentStore): DocumentStore {
    const attempt = async <Result>(act: () => Promise<Result>): Promise<Result> => {
      if (this.isFailing) throw new Failure('StoreUnavailable', 'the disk is full');
      return act();
    };
    return wrapStore(store, {
      append: (id, addition) => attempt(() => store.append(id, addition)),
      compact: (id, compaction) => attempt(() => store.compact(id, compaction)),
    });
  }
}

async function take(machine: Machine, one: Step, n: number): Promise<void> {
  const editor = 'who' in one ? machine.editors[one.who] : undefined;
  const id = 'what' in one ? machine.ids[one.what] : undefined;
  if (one.kind === 'edit' && id) editor?.edit(id, `key-${n % 5}`, n);
  if (one.kind === 'speak') editor?.speak();
  if (one.kind === 'hear') editor?.hear();
  if (one.kind === 'connect') editor?.connect(machine.current);
  if (one.kind === 'drop') editor?.drop();
  if (one.kind === 'slow' || one.kind === 'drain') editor?.setSlow(one.kind === 'slow');
  if (one.kind === 'fail' || one.kind === 'heal') machine.isFailing = one.kind === 'fail';
  if (one.kind === 'pause') {
    await Bun.sleep(0);
    machine.current.clock.advance(defaultSyncLimits.openedAfterMs);
  }
  if (one.kind === 'restart') await machine.restart();
}

test('whatever is dropped, refused by the disk and started again: all converge, and nothing acknowledged is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      await using machine = new Machine();
      await machine.start();
      for (const editor of machine.editors) editor.connect(machine.current);
      for (const [n, one] of steps.entries()) await take(machine, one, n);
      await machine.settle();
      await machine.expectAcknowledged();
      for (const id of machine.ids) {
        const heads = machine.editors.map(({ documents }) =>
          Automerge.getHeads(documents.get(id) ?? Automerge.init()),
        );
        const stored = (await machine.current.store.facts(id))?.heads ?? [];
        for (const one of heads) expect(one.toSorted()).toEqual([...stored]);
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
