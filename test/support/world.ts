import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLogger } from '@logtape/logtape';
import { compose } from '../../src/compose.ts';
import { Configuration } from '../../src/configuration.ts';
import { defaultSyncLimits } from '../../src/core/sync/limits.ts';
import type { Permission } from '../../src/core/auth/permission.ts';
import { features } from '../../src/features.ts';
import type { Groundmist } from '../../src/groundmist.ts';
import { socketHandler } from '../../src/http.ts';
import type { Connection } from '../../src/platform/http.ts';
import { systemClock, type Clock } from '../../src/platform/clock.ts';
import { TestApp } from './app.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { startOwner, type WorldOwner } from './plc.ts';
import { connectStock, type Generation, type StockClient } from './stock-client.ts';

export interface WorldOptions {
  readonly clock?: Clock;
  /** Whose server it is; someone without a PDS where nobody is named. */
  readonly owner?: WorldOwner;
}

/** A whole world in one process: the owner's directory, the server on a loopback port, apps and stock clients. */
export class World implements AsyncDisposable {
  readonly owner: WorldOwner;
  readonly dataDirectory: string;
  readonly #clock: Clock;
  readonly #opened = new AsyncDisposableStack();
  readonly #clients: StockClient[] = [];
  readonly #port: number;
  /** Frames that clients sent to this server. */
  frameCount = 0;
  #groundmist: Groundmist | undefined;
  #server: Bun.Server<never> | undefined;

  private constructor(owner: WorldOwner, dataDirectory: string, clock: Clock, port: number) {
    this.owner = owner;
    this.dataDirectory = dataDirectory;
    this.#clock = clock;
    this.#port = port;
  }

  static async start({ clock = systemClock, owner: given }: WorldOptions = {}): Promise<World> {
    const started = new AsyncDisposableStack();
    const owner = given ?? started.use(await startOwner());
    const dataDirectory = await mkdtemp(join(tmpdir(), 'groundmist-world-'));
    const world = new World(owner, dataDirectory, clock, await freePort());
    world.#opened.use(started);
    world.#opened.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    await world.startServer();
    return world;
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** What a service JWT for this server names. */
  get audience(): string {
    return `did:web:localhost%3A${this.#port}#groundmist_sync`;
  }

  get groundmist(): Groundmist {
    if (!this.#groundmist) throw new Error('the server of this world is stopped');
    return this.#groundmist;
  }

  async startServer(): Promise<void> {
    const groundmist = await compose({
      features,
      configuration: new Configuration({ flags: {}, environment: this.environment() }),
      clock: this.#clock,
      log: getLogger('groundmist-test'),
    });
    this.#groundmist = groundmist;
    const websocket = socketHandler(defaultSyncLimits, getLogger('groundmist-test'));
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: this.#port,
      fetch: (request, server) => groundmist.fetch(request, server as never),
      websocket: {
        ...websocket,
        message: (socket: Bun.ServerWebSocket<Connection>, message: Buffer<ArrayBuffer>) => {
          this.frameCount += 1;
          return websocket.message?.(socket, message);
        },
      } as never,
    });
  }

  async stopServer(): Promise<void> {
    this.#groundmist?.core.hubs.endAll('the test stops the server');
    await this.#server?.stop(true);
    await this.#groundmist?.[Symbol.asyncDispose]();
    this.#groundmist = undefined;
  }

  /** As if the disk were new: the server comes back with an empty data directory. */
  async loseEverything(): Promise<void> {
    await this.stopServer();
    await rm(this.dataDirectory, { recursive: true });
    await this.startServer();
  }

  environment(): Readonly<Record<string, string>> {
    return {
      ATPROTO_DID: this.owner.did,
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
      GROUNDMIST_HOST: `localhost:${this.#port}`,
      GROUNDMIST_PLC_URL: this.owner.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: this.owner.privateHosts.join(','),
      DATA_DIR: this.dataDirectory,
      PORT: String(this.#port),
    };
  }

  /** A WebSocket URL for an app that the owner approved for this namespace; a new app where none is given. */
  async admit(namespace: string, app?: TestApp, permission: Permission = 'read-write'): Promise<string> {
    const device = app ?? (await TestApp.create(this.owner));
    const answering = device.authenticate(this.url, { namespace });
    const isAnswered = answering.then(() => true as const);
    let hasAnswer = false;
    void isAnswered.then(() => (hasAnswer = true));
    await eventually('the app asked or was let in', () => {
      for (const { id } of this.groundmist.core.access.list().approvals)
        this.groundmist.core.access.approve(id, { permission });
      return hasAnswer;
    });
    const { status, body } = await answering;
    if (status !== 200) throw new Error(`not let in: ${status} ${JSON.stringify(body)}`);
    return `ws://127.0.0.1:${this.#port}/?token=${String(body['token'])}`;
  }

  /** A stock client of an approved app, connected; closed with the world. */
  async client(
    generation: Generation,
    namespace = 'xyz.groundmist.library',
    permission: Permission = 'read-write',
  ): Promise<StockClient> {
    const client = connectStock(generation, await this.admit(namespace, undefined, permission));
    this.#clients.push(client);
    await client.ready();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.stopServer();
    await this.#opened.disposeAsync();
  }
}
