import { clone, getHeads, hasHeads, toJS, view, type Doc } from '@automerge/automerge';
import { eventually } from '../support/eventually.ts';
import { LeanClient, type Fields } from '../support/lean-client.ts';
import type { Installation } from './server.ts';
import type { ServerProcess } from './server-process.ts';

/** What was seen outside the server of one document, when it was killed. */
interface Seen {
  /** Heads the server told anybody of: as an acknowledgement, or with changes it forwarded. */
  readonly told: Set<string>;
  /** What the witness, who writes nothing, had. */
  witnessed: { readonly heads: string[]; readonly content: unknown } | undefined;
}

export interface Tally {
  kills: number;
  documents: number;
  /** Heads that had to be there after a restart. */
  heads: number;
  /** Contents compared. */
  contents: number;
}

const burst = 12;
/** More changes of one document than lie loose for long; two seconds later they are compacted. */
const looseChanges = 150;
const compactedAfterMs = 2_000;
const compactionMs = 400;
/** The first documents go on from round to round, so that kills meet their compaction; the last ones were cut off. */
const carriedOver = { first: 2, last: 4 };

/**
 * Two clients write as fast as they are answered, each also into the documents of the other, and a third
 * reads along. The server is killed in the middle of it, again and again, and each time a newcomer must be
 * given everything that any of the three had been told of.
 */
export class KillRounds implements Disposable {
  readonly tally: Tally = { kills: 0, documents: 0, heads: 0, contents: 0 };
  readonly #home: Installation;
  readonly #random: () => number;
  readonly #seen = new Map<string, Seen>();
  readonly #socketUrls: string[] = [];
  #earlier: readonly LeanClient[] = [];
  #serial = 0;

  constructor(home: Installation, random: () => number) {
    this.#home = home;
    this.#random = random;
  }

  /**
   * Writes, kills, restarts and checks, once; gives the server that came back. The kill comes in the middle of it all, or about
   * when the server opens what is new and makes one chunk of many.
   */
  async round(server: ServerProcess, moment: 'midway' | 'at compaction' = 'midway'): Promise<ServerProcess> {
    while (this.#socketUrls.length < 4) this.#socketUrls.push(await this.#home.admit());
    const clients = await Promise.all(this.#socketUrls.slice(0, 3).map((url) => LeanClient.connect(url)));
    const framesLeft = moment === 'midway' ? 20 + Math.floor(this.#random() * 400) : Number.POSITIVE_INFINITY;
    const killing = this.#writeUntilKilled(server, clients, framesLeft);
    if (moment === 'at compaction') await this.#killAtCompaction(server, clients[0]);
    const touched = await killing;
    this.tally.kills += 1;
    for (const client of this.#earlier) client.free();
    this.#earlier = clients;
    const restarted = await this.#home.serve();
    await this.check(touched);
    return restarted;
  }

  /** A newcomer asks for these documents, or for all there ever were, and finds everything that was seen of them. */
  async check(documentIds: Iterable<string> = this.#seen.keys()): Promise<void> {
    const newcomer = await LeanClient.connect(this.#socketUrls[3] ?? '');
    const check = async (documentId: string): Promise<void> => {
      const seen = this.#seen.get(documentId);
      if (seen && seen.told.size > 0) this.#compare(documentId, seen, await newcomer.find(documentId));
    };
    await Promise.all([...documentIds].map(check));
    newcomer.close();
    newcomer.free();
  }

  #compare(documentId: string, { told, witnessed }: Seen, doc: Doc<Fields> | undefined): void {
    if (!doc) throw new Error(`${documentId} is gone; it had the heads ${[...told].join(', ')}`);
    const lost = [...told].filter((head) => !hasHeads(doc, [head]));
    if (lost.length > 0)
      throw new Error(`${documentId} lacks ${lost.length} of ${told.size} heads: ${lost.join(', ')}`);
    this.tally.heads += told.size;
    if (!witnessed) return;
    const content = toJS(view(doc, witnessed.heads));
    if (!Bun.deepEquals(content, witnessed.content))
      throw new Error(`${documentId} has another content than was seen`);
    this.tally.contents += 1;
  }

  async #killAtCompaction(server: ServerProcess, writer: LeanClient | undefined): Promise<void> {
    const [documentId] = writer?.documentIds ?? [];
    if (!writer || documentId === undefined) throw new Error('nothing was written');
    for (let n = 0; n < looseChanges; n++) {
      this.#serial += 1;
      writer.change(documentId, (fields) => void (fields['counted'] = this.#serial));
    }
    await Bun.sleep(compactedAfterMs + this.#random() * compactionMs);
    server.signal('SIGKILL');
  }

  /** The documents that this round touched. */
  async #writeUntilKilled(
    server: ServerProcess,
    clients: readonly LeanClient[],
    frames: number,
  ): Promise<ReadonlySet<string>> {
    const touched = new Set<string>();
    const [first, second, witness] = clients;
    if (!first || !second || !witness) throw new Error('three clients');
    let framesLeft = frames;
    const countDown = (): boolean => {
      framesLeft -= 1;
      if (framesLeft <= 0) server.signal('SIGKILL');
      return framesLeft > 0;
    };
    const announce = (documentId: string): void => {
      touched.add(documentId);
      for (const client of clients) client.follow(documentId);
    };
    witness.onFrame = countDown;
    for (const writer of [first, second]) {
      writer.onFrame = () => {
        if (countDown() && this.#random() < 0.6) this.#write(writer, announce);
      };
    }
    this.#resume(clients, announce);
    for (let written = 0; written < burst; written++) {
      this.#write(first, announce);
      this.#write(second, announce);
    }
    await server.ending();
    await eventually('every socket notices', () => clients.every((client) => client.isClosed));
    for (const client of clients) this.#remember(client, client === witness);
    return touched;
  }

  /** Some documents of the last round go on, brought along as apps do: with changes that the server may have lost. */
  #resume(clients: readonly LeanClient[], announce: (documentId: string) => void): void {
    for (const [index, client] of clients.entries()) {
      const earlier = this.#earlier[index];
      if (!earlier || index === 2) continue;
      const { documentIds } = earlier;
      const carried = [...documentIds.slice(0, carriedOver.first), ...documentIds.slice(-carriedOver.last)];
      for (const documentId of new Set(carried)) {
        const doc = earlier.document(documentId);
        if (doc) client.adopt(documentId, clone(doc));
        announce(documentId);
      }
    }
  }

  #write(writer: LeanClient, announce: (documentId: string) => void): void {
    this.#serial += 1;
    const serial = this.#serial;
    const known = writer.documentIds.filter((documentId) => writer.document(documentId));
    // The square favours a few, which then grow long enough to be compacted.
    const documentId = known[Math.floor(this.#random() ** 2 * known.length)];
    if (documentId === undefined || this.#random() < 0.2) {
      announce(writer.create({ title: `document ${serial}`, bytes: this.#bytes(300_000) }));
    } else {
      writer.change(documentId, (fields) => void (fields[`edit ${serial}`] = this.#bytes(20_000)));
    }
  }

  /** Mostly small, now and then large: larger than a page of the database, and than many. */
  #bytes(large: number): Uint8Array {
    const sizeBytes = Math.floor(this.#random() * (this.#random() < 0.05 ? large : 600));
    return Uint8Array.from({ length: sizeBytes }, () => this.#random() * 256);
  }

  #remember(client: LeanClient, isWitness: boolean): void {
    for (const [documentId, heads] of client.told) {
      const seen = this.#seen.get(documentId) ?? { told: new Set(), witnessed: undefined };
      for (const head of heads) seen.told.add(head);
      const doc = isWitness ? client.document(documentId) : undefined;
      if (doc) seen.witnessed = { heads: getHeads(doc), content: toJS(doc) };
      this.#seen.set(documentId, seen);
    }
    this.tally.documents = this.#seen.size;
  }

  [Symbol.dispose](): void {
    for (const client of this.#earlier) client.free();
  }
}
