import { writeFileSync } from 'node:fs';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { makeCertificates, type MadeCertificates } from './made-certificates.ts';

export const pebblePath = Bun.which('pebble');
const dnsPath = Bun.which('pebble-challtestsrv');
/** Tests of it are skipped where it is not, but not in CI. */
export const hasPebble = process.env['CI'] !== undefined || (pebblePath !== null && dnsPath !== null);

export interface PebbleOptions {
  /** Where the name that is proven is looked for, on loopback. */
  readonly httpPort: number;
  /** Of the certificates it makes. */
  readonly validSeconds?: number;
  /** Of every hundred good nonces, how many it refuses. */
  readonly refusedNonces?: number;
  readonly port?: number;
}

let made: MadeCertificates | undefined;

/** Let's Encrypt's own small authority for tests: real ACME on loopback. Every name leads to 127.0.0.1. */
export class Pebble implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  /** Who vouches for its own https, in PEM, and a file with it. */
  readonly ownRoot: string;
  readonly ownRootPath: string;
  readonly #managementPort: number;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    port: number,
    managementPort: number,
    root: Pick<Pebble, 'ownRoot' | 'ownRootPath'>,
    opened: AsyncDisposableStack,
  ) {
    this.port = port;
    this.directory = `https://127.0.0.1:${port}/dir`;
    this.#managementPort = managementPort;
    this.ownRoot = root.ownRoot;
    this.ownRootPath = root.ownRootPath;
    this.#opened = opened;
  }

  static async start(options: PebbleOptions): Promise<Pebble> {
    const { httpPort, validSeconds = 3600, refusedNonces = 5 } = options;
    made ??= makeCertificates('127.0.0.1');
    const { good, root } = made;
    await using opened = new AsyncDisposableStack();
    const folder = opened.use(temporaryFolder());
    const port = options.port ?? (await freePort());
    const [managementPort, dnsPort, dnsManagementPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const configuration = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${managementPort}`,
      certificate: folder.at('cert.pem'),
      privateKey: folder.at('key.pem'),
      httpPort,
      tlsPort: httpPort,
      certificateValidityPeriod: validSeconds,
    };
    writeFileSync(folder.at('cert.pem'), good.cert);
    writeFileSync(folder.at('key.pem'), good.key);
    writeFileSync(folder.at('root.pem'), root);
    writeFileSync(folder.at('pebble.json'), JSON.stringify({ pebble: configuration }));
    const dns = [
      dnsPath ?? '',
      '-dns01',
      `127.0.0.1:${dnsPort}`,
      '-management',
      `127.0.0.1:${dnsManagementPort}`,
    ];
    const nobody = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
    run([...dns, ...nobody, '-defaultIPv4', '127.0.0.1', '-defaultIPv6', ''], {}, opened);
    run(
      [
        pebblePath ?? '',
        '-config',
        folder.at('pebble.json'),
        '-strict',
        '-dnsserver',
        `127.0.0.1:${dnsPort}`,
      ],
      { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: String(refusedNonces), PEBBLE_AUTHZREUSE: '0' },
      opened,
    );
    const pebble = new Pebble(
      port,
      managementPort,
      { ownRoot: root, ownRootPath: folder.at('root.pem') },
      opened.move(),
    );
    await eventually('pebble answers', () => pebble.#ask('/roots/0').catch(() => undefined));
    return pebble;
  }

  /** The root of the certificates that it makes, in PEM. */
  root(): Promise<string> {
    return this.#ask('/roots/0');
  }

  async #ask(path: string): Promise<string> {
    const url = `https://127.0.0.1:${this.#managementPort}${path}`;
    return await (await fetch(url, { tls: { ca: this.ownRoot } })).text();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}

function run(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  opened: AsyncDisposableStack,
): void {
  const pipes = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const;
  const child = Bun.spawn([...command], { ...pipes, env: { ...process.env, ...environment } });
  opened.defer(async () => {
    child.kill();
    await child.exited;
  });
}
