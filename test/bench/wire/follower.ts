import type { Chain } from '../corpus/chain.ts';
import type { Peer } from './peer.ts';
import { decodeSync, emptyMessage, encodeSync, readChunks } from './sync-codec.ts';

/** Called for each change of the chain that arrived, with its place in it, from 1 on. */
export type OnSeen = (place: number) => void;

/** A peer that has a document of an edit chain open: it takes changes in and acknowledges them, or makes them. */
export class Follower {
  readonly #peer: Peer;
  readonly #documentId: string;
  readonly #chain: Chain;
  readonly #onSeen: OnSeen;
  readonly #opened = Promise.withResolvers<void>();
  #place = 0;
  /** Called with the place of the newest change that the server said it has. */
  onAck: (place: number) => void = () => {};

  private constructor(peer: Peer, documentId: string, chain: Chain, onSeen: OnSeen) {
    this.#peer = peer;
    this.#documentId = documentId;
    this.#chain = chain;
    this.#onSeen = onSeen;
    peer.listen(documentId, ({ type, data }) => {
      if (type === 'sync') this.#take(data);
    });
  }

  /** Opens the document at the server, and waits for its content. */
  static async open(
    peer: Peer,
    documentId: string,
    chain: Chain,
    onSeen: OnSeen = () => {},
  ): Promise<Follower> {
    const follower = new Follower(peer, documentId, chain, onSeen);
    peer.send('request', documentId, emptyMessage);
    await Promise.race([follower.#opened.promise, peer.ended]);
    return follower;
  }

  /** Makes the next change of the chain; its place, or undefined at the end. */
  edit(): number | undefined {
    const change = this.#chain.changes[this.#place];
    if (change === undefined) return undefined;
    this.#place += 1;
    this.#say([change.bytes]);
    return this.#place;
  }

  /** How many changes of the chain it has. */
  get place(): number {
    return this.#place;
  }

  get #head(): string {
    return this.#chain.changes[this.#place - 1]?.hash ?? this.#chain.base.head;
  }

  #take(data: Buffer): void {
    const { heads, changes } = decodeSync(data);
    const newest = Math.max(0, ...heads.map((head) => this.#chain.placeOf.get(head.slice(0, 8)) ?? 0));
    if (heads.length > 0) this.#opened.resolve();
    if (newest > 0) this.onAck(newest);
    if (changes.length === 0) return;
    for (const { kind, checksum } of changes.flatMap(readChunks)) {
      this.#see(kind === 'document' ? newest : (this.#chain.placeOf.get(checksum) ?? 0));
    }
    this.#say([]);
  }

  /** Changes come in order; a document chunk brings all up to its place. */
  #see(place: number): void {
    while (this.#place < place) {
      this.#place += 1;
      this.#onSeen(this.#place);
    }
  }

  /** Nothing but these changes is new to the other side; a client would say the same with a Bloom filter. */
  #say(changes: readonly Buffer[]): void {
    const heads = [this.#head];
    this.#peer.send('sync', this.#documentId, encodeSync({ heads, lastSync: heads, changes }));
  }
}
