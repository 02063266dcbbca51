import { afterEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { TestApp } from '../support/app.ts';
import { readLines } from '../support/child-lines.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { hasPebble, Pebble } from '../support/pebble.ts';
import { Installation, library } from './server.ts';

setDefaultTimeout(60_000);

describe.skipIf(!hasPebble)('a server that has its certificate from an authority', () => {
  // Everybody's resolver leads names below localhost to this machine.
  const name = 'sync.localhost';
  let home: Installation;
  let pebble: Pebble;
  let root: string;
  /** With certificates of so long a life. */
  async function begin(validSeconds: number): Promise<void> {
    home = await Installation.create();
    const httpPort = await freePort();
    pebble = await Pebble.start({ httpPort, validSeconds });
    root = await pebble.root();
    home.settings = {
      ...home.settings,
      GROUNDMIST_HOST: name,
      GROUNDMIST_LISTEN: '127.0.0.1',
      GROUNDMIST_TLS: 'auto',
      GROUNDMIST_HTTP_PORT: String(httpPort),
      GROUNDMIST_ACME_DIRECTORY: pebble.directory,
      GROUNDMIST_PRIVATE_HOSTS: `${home.owner.plcHost},127.0.0.1:${pebble.port}`,
      NODE_EXTRA_CA_CERTS: pebble.ownRootPath,
    };
  }
  afterEach(async () => {
    await home[Symbol.asyncDispose]();
    await pebble[Symbol.asyncDispose]();
  });

  /** The serial number that a new connection meets; rejects where nobody could trust it. */
  function serial(): Promise<string> {
    const met = Promise.withResolvers<string>();
    const options = { host: '127.0.0.1', port: home.port, servername: name, ca: root };
    const socket = connect(options, () => {
      met.resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', met.reject);
    return met.promise;
  }

  async function admit(): Promise<string> {
    const app = await TestApp.create(home.owner);
    app.send = (url, init) => {
      const { pathname } = new URL(url);
      return fetch(`https://${name}:${home.port}${pathname}`, { ...init, tls: { ca: root } });
    };
    const answering = app.authenticate(`https://${name}`, { namespace: library });
    const id = await eventually('the app asks', async () => {
      const { stdout } = await home.run('app', 'list', '--json');
      return (JSON.parse(stdout) as { approvals: { id: string }[] }).approvals[0]?.id;
    });
    await home.run('app', 'approve', id);
    return `wss://${name}:${home.port}/?token=${String((await answering).body['token'])}`;
  }

  function client(...args: readonly string[]) {
    const rootPath = `${home.binary.folder}/issued.pem`;
    writeFileSync(rootPath, root);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: rootPath };
    const command = [process.execPath, '--no-env-file', `${import.meta.dir}/writing-client.ts`, ...args];
    return Bun.spawn(command, { env, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
  }

  test('renews it again and again while an app syncs, which notices nothing', async () => {
    await begin(6);
    const server = home.launch();
    await eventually('it has a certificate', () => serial().catch(() => undefined));
    const url = await admit();
    const writer = client(url);
    const told = readLines(writer.stdout);
    const document = String((await told.next()).value);

    const serials = new Set<string>();
    const refusals: string[] = [];
    await eventually('three certificates were met', async () => {
      await serial().then(
        (met) => serials.add(met),
        ({ code }: NodeJS.ErrnoException) => {
          // On a machine that is very busy two seconds of life are too few to renew in, which is not the matter here.
          if (code !== 'CERT_HAS_EXPIRED') refusals.push(String(code));
        },
      );
      return serials.size === 3;
    });
    await writer.stdin.write('enough\n');
    await writer.stdin.flush();
    const { count, losses } = JSON.parse(String((await told.next()).value)) as Record<string, number>;
    expect({ refusals, losses }).toEqual({ refusals: [], losses: 0 });
    expect(count).toBeGreaterThan(100);

    const reader = client(url, document, String(count));
    expect(await reader.exited).toBe(0);
    await writer.stdin.end();
    await writer.exited;
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
  });

  test('has it again after kill -9, with no authority in reach', async () => {
    await begin(3600);
    const killed = home.launch();
    const met = await eventually('it has a certificate', () => serial().catch(() => undefined));
    await killed.kill();
    await pebble[Symbol.asyncDispose]();
    const server = home.launch();
    expect(await eventually('it serves again', () => serial().catch(() => undefined))).toBe(met);
    const { stdout } = await home.run('status', '--json');
    const { isReady, certificate } = JSON.parse(stdout) as Record<string, unknown>;
    expect({ isReady, certificate }).toMatchObject({ isReady: true, certificate: { source: 'authority' } });
    expect(await server.stop()).toEqual({ exitCode: 0, signal: null });
  });
});
