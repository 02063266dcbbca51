/** What happens here. Features listen; nobody answers. */
export interface Events {
  /** A device waits for the owner's answer. */
  approvalRequested: {
    readonly id: string;
    readonly namespace: string;
    /** Its name, empty where it gave none. */
    readonly app: string;
    readonly kind: 'vouched' | 'unverified';
    /** The request with which it asked. */
    readonly requestId?: string;
  };
  approvalAnswered: {
    readonly id: string;
    readonly namespace: string;
    readonly answer: 'approved' | 'denied';
  };
  /** A new device of an app that the owner remembers was let in without a question. */
  rememberedAdmitted: { readonly deviceId: string; readonly namespace: string; readonly app: string };
  /** A vouched app was asked what it is called; `name` is its own word, `host` where that was fetched. */
  clientNamed: { readonly clientId: string; readonly name: string; readonly host: string };
  /** A device may no longer do what it could; its sockets close. */
  deviceRevoked: { readonly deviceId: string };
  peerJoined: { readonly namespace: string; readonly deviceId: string };
  peerLeft: { readonly namespace: string; readonly deviceId: string };
}

export type Listeners = { readonly [Name in keyof Events]?: (event: Events[Name]) => void };

/** Tells every listener what happened, in the order they came. */
export class EventBus {
  readonly #listeners: Listeners[] = [];

  listen(listeners: Listeners): void {
    this.#listeners.push(listeners);
  }

  tell<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listeners of this.#listeners) listeners[name]?.(event);
  }
}
