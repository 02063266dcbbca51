import { temporaryFolder } from '../../support/folder.ts';
import { freePort } from '../../support/free-port.ts';
import { Peer } from '../wire/peer.ts';
import { Meter } from './meter.ts';
import { RunningServer } from './running-server.ts';

/** One of the two servers that are compared. */
export interface ServerKind {
  readonly name: 'stock' | 'groundmist';
  /** Makes an empty data folder ready, and tells how to start there and where so many sockets may connect. */
  prepare(place: Place): Launch | Promise<Launch>;
}

export interface Place {
  readonly folder: string;
  readonly port: number;
  /** How many sockets will be open at a time. */
  readonly sockets: number;
}

export interface Launch {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Sockets are spread over them. */
  readonly urls: readonly string[];
}

const startPatienceMs = 120_000;
const probeMs = 20;
const retryMs = 2;

/** An empty data folder and what runs on it; all of it is gone when disposed. */
export class Home implements AsyncDisposable {
  readonly #opened: AsyncDisposableStack;
  readonly #folder: string;
  readonly #launch: Launch;
  #server: RunningServer | undefined;
  #nextUrl = 0;

  private constructor(opened: AsyncDisposableStack, folder: string, launch: Launch) {
    this.#opened = opened;
    this.#folder = folder;
    this.#launch = launch;
    opened.defer(() => this.#server?.[Symbol.asyncDispose]());
  }

  /** An empty home whose server runs. */
  static async create(kind: ServerKind, sockets = 4): Promise<Home> {
    await using opened = new AsyncDisposableStack();
    const { path } = opened.use(temporaryFolder());
    const launch = await kind.prepare({ folder: `${path}/data`, port: await freePort(), sockets });
    const home = new Home(opened.move(), path, launch);
    try {
      await home.start();
      return home;
    } catch (error) {
      await home[Symbol.asyncDispose]();
      throw error;
    }
  }

  get dataFolder(): string {
    return `${this.#folder}/data`;
  }

  get server(): RunningServer {
    if (!this.#server) throw new Error('the server does not run');
    return this.#server;
  }

  /** Milliseconds from the spawn to the first `join` that was answered. */
  async start(): Promise<number> {
    const { command, env } = this.#launch;
    const startedAt = performance.now();
    const server = new RunningServer(command, env, this.#folder);
    this.#server = server;
    await this.#firstJoin(server);
    return performance.now() - startedAt;
  }

  async restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number> {
    await this.server.stop(signal);
    return await this.start();
  }

  meter(): Meter {
    return new Meter(this.server);
  }

  nextUrl(): string {
    const { urls } = this.#launch;
    return urls[this.#nextUrl++ % urls.length] ?? '';
  }

  peer(): Promise<Peer> {
    return Peer.join(this.nextUrl());
  }

  peers(count: number): Promise<readonly Peer[]> {
    return Promise.all(Array.from({ length: count }, () => this.peer()));
  }

  /** A server may take sockets before it listens to them, and never answer those: attempts overlap, one answer counts. */
  async #firstJoin(server: RunningServer): Promise<void> {
    const deadline = performance.now() + startPatienceMs;
    const joined: Peer[] = [];
    const attempt = async (): Promise<void> => {
      try {
        const peer = await this.peer();
        joined.push(peer);
        peer.close();
      } catch {
        await Bun.sleep(retryMs);
      }
    };
    while (joined.length === 0) {
      if (server.hasEnded) throw new Error(`the server ended: ${await server.lastWords()}`);
      if (performance.now() > deadline) throw new Error('the server does not answer');
      await Promise.race([attempt(), Bun.sleep(probeMs)]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
