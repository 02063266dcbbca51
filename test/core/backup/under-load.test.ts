import { expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { loadAutomerge } from '../../../src/core/automerge.ts';
import { lockDataDirectory } from '../../../src/core/store/lock.ts';
import type { DocumentStore } from '../../../src/core/store/document-store.ts';
import type { StoreBackend } from '../../../src/core/store/stores.ts';
import { fill, library, openStores, restore, verify } from '../../support/backed-up.ts';
import { startCommand } from '../../support/command-process.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { bytesOf, SampleDocument, sampleId } from '../../support/sample-documents.ts';

setDefaultTimeout(120_000);

const documentCount = 20;
/** So much that the tail is folded now and then. */
const text = 'x'.repeat(500);

/** Writes to all documents until it is told to stop, and knows what was acknowledged. */
class Writer {
  readonly acknowledged = new Map<number, readonly string[]>();
  readonly #documents = Array.from({ length: documentCount }, () => new SampleDocument());
  readonly #store: DocumentStore;
  /** How many rounds there may be; growing documents cost more with each. */
  roundsLeft = 0;

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  async round(): Promise<void> {
    const writes = this.#documents.map(async (document, number) => {
      const addition = document.write(text).addition();
      await this.#store.append(sampleId(number), addition);
      this.acknowledged.set(number, addition.heads);
    });
    await Promise.all(writes);
  }

  async compactOne(number: number): Promise<void> {
    const stored = await this.#store.load(sampleId(number));
    const throughSequence = stored?.chunks.at(-1)?.sequence ?? -1;
    await this.#store.compact(
      sampleId(number),
      this.#documents[number]?.compaction(throughSequence) ?? expect.unreachable(),
    );
  }

  async run(rounds: number): Promise<void> {
    this.roundsLeft = rounds;
    for (; this.roundsLeft > 0; this.roundsLeft -= 1) {
      await this.round();
      if (this.roundsLeft % 4 === 0) await this.compactOne((this.roundsLeft / 4) % documentCount);
      // Other work of the process, the ending of the backup for one, has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test.each(['sqlite', 'nodefs'] as const satisfies StoreBackend[])(
  'what was acknowledged before a backup began is in it, while a server goes on writing with %s',
  async (backend) => {
    const automerge = await loadAutomerge();
    using folder = temporaryFolder();
    const data = folder.at('data');
    mkdirSync(folder.at('out'));
    using _lock = lockDataDirectory(data, { pid: process.pid, startedAt: 0, listen: 'here' });
    await fill(data, backend, 0);
    const stores = openStores(data, backend);
    const writer = new Writer(await stores.open(library));
    for (let round = 0; round < 10; round += 1) await writer.round();
    for (let time = 1; time <= 2; time += 1) {
      const before = new Map(writer.acknowledged);
      const writing = writer.run(backend === 'sqlite' ? 400 : 20);
      const path = folder.at(`out/${time}.tar.zst`);
      const child = startCommand(['backup', 'create', '--data-dir', data, '--to', path]);
      const [exitCode, complained] = await Promise.all([child.exited, new Response(child.stderr).text()]);
      expect({ exitCode, complained }).toMatchObject({ exitCode: 0 });
      writer.roundsLeft = 0;
      await writing;
      const after = new Map(writer.acknowledged);
      expect(after.get(0)).not.toEqual(before.get(0));

      expect((await verify(path)).problems).toEqual([]);
      await restore(path, folder.at(`restored-${time}`));
      const restored = openStores(folder.at(`restored-${time}`), backend);
      const store = await restored.open(library);
      for (const [number, heads] of before) {
        const stored = await store.load(sampleId(number));
        const document = automerge.load(Buffer.concat(bytesOf(stored)));
        expect(automerge.hasHeads(document, [...heads])).toBe(true);
        expect(automerge.getHeads(document).toSorted()).toEqual([...(stored?.heads ?? [])]);
      }
      await restored.close();
    }
    await stores.close();
  },
);
