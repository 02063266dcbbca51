import { expect } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import type { StoreBackend } from '../../../src/core/store/stores.ts';
import { AutomergeServer } from '../../support/automerge-server.ts';
import { ChangeSet, sortedChanges } from '../../support/change-set.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { libraries, randomHistory } from '../../support/histories.ts';
import { openHub, type TestHub } from '../../support/hub.ts';
import { bytesOf } from '../../support/sample-documents.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { newDocumentId } from '../../support/sync-document.ts';
import { TwinClient, type Passage } from '../../support/twin-client.ts';

/*
 * The same clients at a hub and at a server that is nothing but Automerge: both come to hold the same. As a script:
 * `bun --no-env-file test/core/sync/twins.ts [first seed] [minutes]`.
 */

const clientCount = 4;
const steps = 40;
/** Messages one client may hear and say until all are at rest. */
const mostMessages = 40;
const quietRounds = 3;

/** Numbers below `below`, from 0. */
type Random = (below: number) => number;

export interface Figures {
  runs: number;
  messages: number;
  /** Of one client until all were at rest. */
  mostMessages: number;
  restarts: number;
  /** Changes that clients made on top of what they had heard. */
  written: number;
}

export function noFigures(): Figures {
  return { runs: 0, messages: 0, mostMessages: 0, restarts: 0, written: 0 };
}

/** One random life of a document, the same for the same seed, as far as the disk and the fence are. */
export async function runTwins(seed: number, figures: Figures): Promise<void> {
  const next = seededRandom(seed);
  await using twins = new Twins((below) => Math.floor(next() * below), seed, figures);
  await twins.start();
  for (let step = 0; step < steps; step += 1) await twins.step();
  await twins.finish();
  figures.runs += 1;
}

class Twins implements AsyncDisposable {
  readonly #random: Random;
  readonly #figures: Figures;
  readonly #directory = temporaryFolder();
  readonly #id = newDocumentId();
  readonly #history: ChangeSet;
  readonly #server = new AutomergeServer();
  readonly #clients: readonly TwinClient[];
  readonly #limits;
  readonly #backend: StoreBackend;
  #hub: TestHub | undefined;

  constructor(random: Random, seed: number, figures: Figures) {
    this.#random = random;
    this.#figures = figures;
    const all = Object.values(libraries);
    const library = all[random(all.length)] ?? Automerge;
    this.#history = new ChangeSet(
      Automerge.getAllChanges(Automerge.load(library.save(randomHistory(library, seed, 5 + random(80))))),
    );
    this.#clients = Array.from(
      { length: clientCount },
      (_, n) =>
        new TwinClient(`client ${n}`, all[n % 2] ?? Automerge, { id: this.#id, actor: actorOf(seed, n) }),
    );
    this.#backend = this.#pick<StoreBackend>(['sqlite', 'sqlite', 'nodefs']);
    this.#limits = {
      chunksBeforeCompaction: this.#pick([1, 3, 8, 64]),
      changesInMemory: this.#pick([1, 60, 100_000]),
      judgedBytes: this.#pick([0, 2_000, 2 ** 20]),
    };
  }

  async start(): Promise<void> {
    this.#hub = await openHub({
      dataDirectory: this.#directory.path,
      limits: this.#limits,
      backend: this.#backend,
    });
  }

  async step(): Promise<void> {
    const client = this.#pick(this.#clients);
    const passage = this.#pick<Passage>(['once', 'once', 'once', 'twice', 'after the next', 'not at all']);
    const kind = this.#random(22);
    if (kind < 4) this.#gain(client);
    else if (kind < 8) client.speak(passage);
    else if (kind < 12) client.hear(passage);
    else if (kind < 14) this.#connect(client);
    else if (kind === 14) this.#drop(client);
    else if (kind === 15) this.#current.clock.advance(60_000);
    else if (kind < 18) await Bun.sleep(0);
    else if (kind === 18 && this.#random(3) === 0) await this.#restart();
    else if (kind === 19 && this.#random(2) === 0) await this.settle();
    else if (kind > 19) this.#write(client);
  }

  /** Everybody comes, and somebody new: all have everything. */
  async finish(): Promise<void> {
    await this.settle();
    for (const client of this.#clients) if (!client.isConnected) this.#connect(client);
    await this.settle();
    const reader = new TwinClient('a reader', Automerge, { id: this.#id, actor: 'eada' });
    reader.connect(this.#current, { remembers: false });
    await this.#untilQuiet([reader]);
    expect(sortedChanges(Automerge.load(reader.saved))).toEqual(sortedChanges(this.#server.doc));
    expect(reader.closed).toBeUndefined();
  }

  /** Lets all who are connected speak until nobody has anything to say, and compares. */
  async settle(): Promise<void> {
    const connected = this.#clients.filter(({ isConnected }) => isConnected);
    for (const client of connected)
      if (client.isConfused) client.connect(this.#current, { remembers: false });
    await this.#untilQuiet(connected);
    this.#server.settle();
    const held = await this.#held();
    expect(Automerge.hasHeads(held, Automerge.getHeads(this.#server.doc))).toBe(true);
    // What a client that left before had sent may have arrived here, and there not.
    this.#server.gainHere(Automerge.getAllChanges(held));
    for (const client of connected) {
      expect(client.closed).toBeUndefined();
      const doc = Automerge.load(client.saved);
      expect(sortedChanges(doc)).toEqual(sortedChanges(this.#server.docOf(client.name)));
      expect(Automerge.getHeads(doc)).toEqual(Automerge.getHeads(held));
      expect(client.shown).toEqual(JSON.parse(JSON.stringify(held)));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub?.[Symbol.asyncDispose]();
    this.#directory[Symbol.dispose]();
  }

  get #current(): TestHub {
    if (!this.#hub) throw new Error('the hub is not started');
    return this.#hub;
  }

  #pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#random(items.length)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  }

  #gain(client: TwinClient): void {
    const { hashes } = this.#history;
    const changes = this.#history.upTo(
      Array.from({ length: 1 + this.#random(2) }, () => hashes[this.#random(hashes.length)] ?? ''),
    );
    client.gain(changes);
    this.#server.gain(client.name, changes);
  }

  /** On top of what came to it here, which may not have come to its twin yet. */
  #write(client: TwinClient): void {
    const changes = client.write(this.#random);
    this.#server.gain(client.name, changes);
    this.#figures.written += changes.length;
  }

  #connect(client: TwinClient): void {
    client.connect(this.#current, { remembers: this.#random(2) === 0 });
    this.#server.connect(client.name);
  }

  #drop(client: TwinClient): void {
    client.drop();
    this.#server.drop(client.name);
  }

  /** Without a word to the rounds that run: what they answer now reaches nobody. */
  async #restart(): Promise<void> {
    const connected = this.#clients.filter(({ isConnected }) => isConnected);
    for (const client of connected) client.drop();
    await this.#hub?.[Symbol.asyncDispose]();
    await this.start();
    for (const client of connected) this.#connect(client);
    this.#figures.restarts += 1;
  }

  async #untilQuiet(clients: readonly TwinClient[]): Promise<void> {
    const counts = new Map<TwinClient, number>();
    for (let quiet = 0; quiet < quietRounds;) {
      let isQuiet = true;
      for (const client of clients) {
        const count = client.hear() + client.speak();
        if (count > 0) isQuiet = false;
        const sum = (counts.get(client) ?? 0) + count;
        counts.set(client, sum);
        this.#figures.messages += count;
        this.#figures.mostMessages = Math.max(this.#figures.mostMessages, sum);
        if (sum > mostMessages) throw new Error(`${client.name} does not come to rest`);
      }
      await Bun.sleep(0);
      await this.#current.hub.rest();
      quiet = isQuiet ? quiet + 1 : 0;
    }
  }

  async #held(): Promise<Automerge.Doc<Record<string, unknown>>> {
    const stored = await this.#current.store.load(this.#id);
    const doc = Automerge.load<Record<string, unknown>>(Buffer.concat(bytesOf(stored)));
    expect([...(stored?.heads ?? [])]).toEqual(Automerge.getHeads(doc));
    expect(stored?.damaged ?? []).toEqual([]);
    expect(await this.#current.store.setAsideChunks({ limit: 1 })).toEqual([]);
    return doc;
  }
}

/** No history has an author of so many bytes. */
function actorOf(seed: number, client: number): string {
  return `${seed.toString(16).padStart(12, '0')}0${client}`;
}

if (import.meta.main) {
  const [first = 1, minutes = 10] = process.argv.slice(2).map(Number);
  const until = performance.now() + minutes * 60_000;
  const figures = noFigures();
  for (let seed = first; performance.now() < until; seed += 1) {
    try {
      await runTwins(seed, figures);
    } catch (error) {
      console.log(`seed ${seed}:`, error);
    }
  }
  console.log(figures);
  process.exit();
}
