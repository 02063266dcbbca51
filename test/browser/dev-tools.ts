import { z } from 'zod';

const told = z.union([
  z.object({ id: z.number(), result: z.unknown() }),
  z.object({ id: z.number(), error: z.object({ message: z.string() }) }),
  z.object({ method: z.string(), params: z.unknown(), sessionId: z.string().optional() }),
]);

export type EventListener = (method: string, parameters: unknown) => void;

/** The Chrome DevTools Protocol over one WebSocket (https://chromedevtools.github.io/devtools-protocol/). */
export class DevTools implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<string, EventListener>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(told.parse(JSON.parse(String(data)))));
    socket.addEventListener('close', () => this.#end());
  }

  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    const opened = Promise.withResolvers<void>();
    socket.addEventListener('open', () => opened.resolve());
    socket.addEventListener('error', () => opened.reject(new Error(`the browser does not answer at ${url}`)));
    await opened.promise;
    return new DevTools(socket);
  }

  /** What the browser answers; of the tab of that session where one is named. */
  send(method: string, params: unknown = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return answer.promise;
  }

  /** Hears all events of a tab. */
  listen(sessionId: string, listener: EventListener): void {
    this.#listeners.set(sessionId, listener);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #hear(message: z.output<typeof told>): void {
    if ('method' in message) {
      this.#listeners.get(message.sessionId ?? '')?.(message.method, message.params);
      return;
    }
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) answer?.reject(new Error(message.error.message));
    else answer?.resolve(message.result);
  }

  #end(): void {
    for (const answer of this.#waiting.values()) answer.reject(new Error('The browser ended.'));
    this.#waiting.clear();
  }
}
