import { TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { connectStock, type Generation, type StockClient } from '../support/stock-client.ts';
import { Binary, type Outcome } from './binary.ts';
import { ServerProcess } from './server-process.ts';

export const library = 'xyz.groundmist.library';

/** An owner's machine: the binary in an empty folder, the owner's identity on loopback, one data directory. */
export class Installation implements AsyncDisposable {
  readonly binary: Binary;
  readonly owner: TestOwner;
  readonly port: number;
  /** The environment of every command, beside PATH and HOME; by default all that `serve` needs. */
  settings: Readonly<Record<string, string>>;
  readonly #servers: ServerProcess[] = [];
  readonly #clients: StockClient[] = [];

  private constructor(binary: Binary, owner: TestOwner, port: number) {
    this.binary = binary;
    this.owner = owner;
    this.port = port;
    this.settings = {
      ATPROTO_DID: owner.did,
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
      GROUNDMIST_HOST: `localhost:${port}`,
      DATA_DIR: this.dataDirectory,
      PORT: String(port),
      GROUNDMIST_METRICS: 'off',
      ...this.directory,
    };
  }

  static async create(): Promise<Installation> {
    return new Installation(new Binary(), await startOwner(), await freePort());
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get dataDirectory(): string {
    return `${this.binary.folder}/data`;
  }

  /** What makes the throw-away identity directory reachable; a real owner needs neither. */
  get directory(): Readonly<Record<string, string>> {
    return { GROUNDMIST_PLC_URL: this.owner.plcUrl, GROUNDMIST_PRIVATE_HOSTS: this.owner.plcHost };
  }

  /** Starts `serve` and leaves it to come up. Other settings replace the usual ones; `through` runs it, like strace. */
  launch(changed: Readonly<Record<string, string>> = {}, through: readonly string[] = []): ServerProcess {
    const { path, folder } = this.binary;
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...this.settings, ...changed };
    const server = new ServerProcess([...through, path, 'serve'], env, folder);
    this.#servers.push(server);
    return server;
  }

  /** Starts `serve` and waits until it answers. */
  async serve(
    changed?: Readonly<Record<string, string>>,
    through?: readonly string[],
  ): Promise<ServerProcess> {
    const server = this.launch(changed, through);
    await server.untilReady(this.url);
    return server;
  }

  /** The owner's command line, on the same settings. */
  run(...args: readonly string[]): Promise<Outcome> {
    return this.binary.run(args, { env: this.settings });
  }

  /** A WebSocket URL for an app that the owner lets in with `app approve`; a new app where none is given. */
  async admit(namespace = library, device?: TestApp): Promise<string> {
    const app = device ?? (await TestApp.create(this.owner));
    const answering = app.authenticate(this.url, { namespace });
    let hasAnswer = false;
    void answering.finally(() => (hasAnswer = true)).catch(() => {});
    await eventually('the app asked or was let in', async () => {
      for (const id of hasAnswer ? [] : await this.#waiting()) await this.run('app', 'approve', id);
      return hasAnswer;
    });
    const { status, body } = await answering;
    if (status !== 200) throw new Error(`not let in: ${status} ${JSON.stringify(body)}`);
    return this.socketUrl(String(body['token']));
  }

  socketUrl(token: string): string {
    return `ws://localhost:${this.port}/?token=${token}`;
  }

  /** A stock client, connected; gone with the installation. */
  async client(socketUrl: string, generation: Generation = '2.5.6'): Promise<StockClient> {
    const client = connectStock(generation, socketUrl);
    this.#clients.push(client);
    await client.ready();
    return client;
  }

  async #waiting(): Promise<readonly string[]> {
    const { exitCode, stdout, stderr } = await this.run('app', 'list', '--json');
    if (exitCode !== 0) throw new Error(`app list: ${stderr}`);
    const { approvals } = JSON.parse(stdout) as { readonly approvals: readonly { readonly id: string }[] };
    return approvals.map(({ id }) => id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const server of this.#servers) await server.kill();
    await this.owner.close();
    this.binary[Symbol.dispose]();
  }
}
