import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificates } from '../features/doctor/reach/reach-world.ts';
import { temporaryFolder } from '../support/folder.ts';
import { freePort } from '../support/free-port.ts';
import { startOwner, type TestOwner } from '../support/plc.ts';
import { askRaw, type RawAnswer, type RawRequest } from '../support/raw-request.ts';
import { runCaddy, runNginx, type RealProxy } from '../support/real-proxy.ts';
import { Served } from '../support/served.ts';
import { TlsBridge } from '../support/tls-bridge.ts';

const page = readFileSync(join(import.meta.dir, '../../docs/operations/proxy.md'), 'utf8');
export const name = 'sync.example.com';

/** The first block of docs/operations/proxy.md in this language. */
export function blockOf(language: string): string {
  const [, block = ''] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
  return block;
}

export interface Ports {
  /** Of the public name. */
  readonly port: number;
  /** In place of port 80. */
  readonly plainPort: number;
  /** Where the server listens. */
  readonly upstream: number;
}

/** Starts a proxy with its block of the page, with `change` made to it. */
export type Start = (ports: Ports, change?: (block: string) => string) => Promise<RealProxy>;

export const startCaddy: Start = ({ port, plainPort, upstream }, change = (block) => block) => {
  const site = change(blockOf('caddyfile')).replace('127.0.0.1:3031', `127.0.0.1:${upstream}`);
  return runCaddy({ identity: certificates.good, port, plainPort, host: `${name}:${port}` }, site);
};

export const startNginx: Start = ({ port, plainPort, upstream }, change = (block) => block) =>
  runNginx({ identity: certificates.good, port, host: `${name}:${port}` }, (folder) => {
    const own = change(blockOf('nginx'))
      .replaceAll(/^\tlisten \[::\].*\n/gm, '')
      .replace('listen 443', `listen 127.0.0.1:${port}`)
      .replace('listen 80', `listen 127.0.0.1:${plainPort}`)
      .replaceAll(/\/etc\/letsencrypt\/\S*\/fullchain\.pem/g, `${folder}/cert.pem`)
      .replaceAll(/\/etc\/letsencrypt\/\S*\/privkey\.pem/g, `${folder}/key.pem`)
      .replace('127.0.0.1:3031', `127.0.0.1:${upstream}`);
    const beside = `server { listen 127.0.0.1:${port} ssl http2 default_server; server_name other.example.com;
      ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; return 200; }`;
    const openBeside = `server { listen 127.0.0.1:${plainPort} default_server; return 200; }`;
    return [own, beside, openBeside].join('\n');
  });

/** A server that can be started again, a real proxy before it, and a way to that for clients. */
export class Scene implements AsyncDisposable {
  readonly ports: Ports;
  readonly proxy: RealProxy;
  readonly #owner: TestOwner;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #opened: AsyncDisposableStack;
  #served: Served | undefined;

  private constructor(
    parts: Pick<Scene, 'ports' | 'proxy'>,
    owner: TestOwner,
    environment: Readonly<Record<string, string>>,
    opened: AsyncDisposableStack,
  ) {
    this.ports = parts.ports;
    this.proxy = parts.proxy;
    this.#owner = owner;
    this.#environment = environment;
    this.#opened = opened;
    opened.defer(() => this.stopServer());
  }

  static async open(start: Start, change?: (block: string) => string): Promise<Scene> {
    await using opened = new AsyncDisposableStack();
    const owner = opened.use(await startOwner());
    const folder = opened.use(temporaryFolder());
    const ports = { port: await freePort(), plainPort: await freePort(), upstream: await freePort() };
    const proxy = opened.use(await start(ports, change));
    const environment = {
      PORT: String(ports.upstream),
      DATA_DIR: folder.path,
      // The strangers of these tests come from other addresses of loopback.
      GROUNDMIST_TRUSTED_PROXIES: '127.0.0.1/32',
    };
    const scene = new Scene({ ports, proxy }, owner, environment, opened.move());
    await scene.startServer();
    return scene;
  }

  get served(): Served {
    if (!this.#served) throw new Error('the server is stopped');
    return this.#served;
  }

  async startServer(): Promise<void> {
    this.#served = await Served.start({ owner: this.#owner, environment: this.#environment });
  }

  async stopServer(): Promise<void> {
    const served = this.#served;
    this.#served = undefined;
    await served?.[Symbol.asyncDispose]();
  }

  /** A port of loopback that leads to the proxy, by TLS, from this address. */
  async way(from = '127.0.0.1'): Promise<number> {
    const options = { port: this.ports.port, name, root: certificates.root, from };
    return this.#opened.use(await TlsBridge.start(options)).port;
  }

  /** One request through the proxy. */
  async ask(request: RawRequest): Promise<RawAnswer> {
    return askRaw(await this.way(request.from), { ...request, from: '127.0.0.1' });
  }

  /** The URL of a socket through the proxy, for a new device that the owner lets in. */
  async admit(): Promise<string> {
    const token = new URL(await this.served.admit()).searchParams.get('token') ?? '';
    return `ws://127.0.0.1:${await this.way()}/?token=${token}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}
