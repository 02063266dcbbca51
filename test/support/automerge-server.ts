import * as Automerge from '@automerge/automerge';

type Doc = Automerge.Doc<Record<string, unknown>>;

/** A client of a server that is nothing but Automerge. */
interface Guest {
  doc: Doc;
  state: Automerge.SyncState;
  serverState: Automerge.SyncState;
  isConnected: boolean;
}

const mostRounds = 100;

/** A server that runs Automerge's own sync protocol, and its clients: what every other one is held to. */
export class AutomergeServer {
  doc: Doc = Automerge.init();
  readonly #guests = new Map<string, Guest>();

  docOf(name: string): Doc {
    return this.#guest(name).doc;
  }

  gain(name: string, changes: readonly Uint8Array[]): void {
    const guest = this.#guest(name);
    [guest.doc] = Automerge.applyChanges(guest.doc, [...changes]);
  }

  /** Takes in what it got in another way, and tells everybody. */
  gainHere(changes: readonly Uint8Array[]): void {
    [this.doc] = Automerge.applyChanges(this.doc, [...changes]);
    this.settle();
  }

  connect(name: string): void {
    const [state, serverState] = [Automerge.initSyncState(), Automerge.initSyncState()];
    Object.assign(this.#guest(name), { state, serverState, isConnected: true });
  }

  drop(name: string): void {
    this.#guest(name).isConnected = false;
  }

  /** Exchanges messages with all who are connected until nobody has anything to say. */
  settle(): void {
    const connected = [...this.#guests.values()].filter(({ isConnected }) => isConnected);
    for (let round = 0; round < mostRounds; round += 1) {
      const counts = connected.map((guest) => this.#exchange(guest));
      if (counts.every((count) => count === 0)) return;
    }
    throw new Error('Automerge does not come to rest');
  }

  #exchange(guest: Guest): number {
    const [state, asked] = Automerge.generateSyncMessage(guest.doc, guest.state);
    guest.state = state;
    if (asked)
      [this.doc, guest.serverState] = Automerge.receiveSyncMessage(this.doc, guest.serverState, asked);
    const [serverState, said] = Automerge.generateSyncMessage(this.doc, guest.serverState);
    guest.serverState = serverState;
    if (said) [guest.doc, guest.state] = Automerge.receiveSyncMessage(guest.doc, guest.state, said);
    return (asked ? 1 : 0) + (said ? 1 : 0);
  }

  #guest(name: string): Guest {
    const known = this.#guests.get(name);
    if (known) return known;
    const [state, serverState] = [Automerge.initSyncState(), Automerge.initSyncState()];
    const guest = { doc: Automerge.init<Record<string, unknown>>(), state, serverState, isConnected: false };
    this.#guests.set(name, guest);
    return guest;
  }
}
