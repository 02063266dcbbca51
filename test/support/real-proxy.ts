import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import type { Identity } from './made-certificates.ts';

const searched = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
export const caddyPath = Bun.which('caddy', searched);
export const nginxPath = Bun.which('nginx', searched);

export interface RealProxyOptions {
  readonly identity: Identity;
  readonly port: number;
  /** `host:port`, as the public has it. */
  readonly host: string;
  /** In place of port 80. */
  readonly plainPort?: number;
}

export interface RealProxy extends AsyncDisposable {
  /** All that it wrote so far, into any log. */
  logs(): string;
  /** Has it read its configuration again. */
  reload(): Promise<void>;
}

/** Caddy as most people have it: a name, and where it leads. */
export function startCaddy(options: RealProxyOptions, site: string): Promise<RealProxy> {
  return runCaddy(options, `${options.host} {\n  ${site}\n}\n`);
}

/** Caddy with this site, as an owner has it: HTTPS with its redirects is automatic, and other sites beside it log. */
export async function runCaddy(options: RealProxyOptions, site: string): Promise<RealProxy> {
  const { port, plainPort = await freePort() } = options;
  const admin = `127.0.0.1:${await freePort()}`;
  const ports = `\thttp_port ${plainPort}\n\thttps_port ${port}\n\tdefault_bind 127.0.0.1`;
  const logging = ['other.example.com', 'http://'].map((one) => `${one} {\n\tlog\n\trespond other\n}`);
  // Where one site has a certificate of this name, Caddy takes it for all and makes none.
  const holder = `${options.host.replace(/:.*/, '')}:${await freePort()}`;
  const configured = (folder: string) => ['--config', `${folder}/Caddyfile`, '--adapter', 'caddyfile'];
  return startProxy(
    options,
    (folder) => {
      const global = `{\n\tadmin ${admin}\n${ports}\n\tlocal_certs\n\tskip_install_trust\n\tstorage file_system ${folder}\n}`;
      const certified = `${holder} {\n\ttls ${folder}/cert.pem ${folder}/key.pem\n}`;
      writeFileSync(`${folder}/Caddyfile`, [global, site, ...logging, certified, ''].join('\n'));
      return [caddyPath ?? '', 'run', ...configured(folder)];
    },
    (folder) => [caddyPath ?? '', 'reload', '--force', '--address', admin, ...configured(folder)],
  );
}

/** nginx with one server; `location` is what stands in its location block. */
export function startNginx(options: RealProxyOptions, location: string): Promise<RealProxy> {
  return runNginx(options, (folder) =>
    [
      `server { listen 127.0.0.1:${options.port} ssl; server_name sync.example.com;`,
      `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`,
      `location / { ${location} } }`,
    ].join('\n'),
  );
}

/** nginx with these servers, which find `cert.pem` and `key.pem` in the folder; it logs all that it is not told to leave out. */
export function runNginx(options: RealProxyOptions, servers: (folder: string) => string): Promise<RealProxy> {
  const command = (folder: string) => [
    nginxPath ?? '',
    '-c',
    `${folder}/nginx.conf`,
    '-e',
    `${folder}/error.log`,
  ];
  return startProxy(
    options,
    (folder) => {
      mkdirSync(`${folder}/tmp`);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/tmp/${name};`,
      );
      const lines = [
        process.getuid?.() === 0 ? 'user root;' : '',
        `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log info;`,
        'events {}',
        `http { access_log ${folder}/access.log; ${temporary.join(' ')}`,
        `${servers(folder)} }`,
      ];
      writeFileSync(`${folder}/nginx.conf`, `${lines.join('\n')}\n`);
      return command(folder);
    },
    (folder) => [...command(folder), '-s', 'reload'],
  );
}

type Words = (folder: string) => readonly string[];

/** Runs until it is disposed of, ended by its own process id. */
async function startProxy(
  { identity, port }: RealProxyOptions,
  command: Words,
  reloading: Words,
): Promise<RealProxy> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(temporaryFolder());
  writeFileSync(folder.at('cert.pem'), identity.cert);
  writeFileSync(folder.at('key.pem'), identity.key);
  const env = { ...searched, HOME: folder.path };
  const output = Bun.file(folder.at('output.log'));
  const child = Bun.spawn([...command(folder.path)], {
    env,
    stdin: 'ignore',
    stdout: output,
    stderr: output,
  });
  opened.defer(async () => {
    child.kill();
    await child.exited;
  });
  const logs = (): string =>
    readdirSync(folder.path)
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(folder.at(name), 'utf8'))
      .join('\n');
  await eventually('the proxy listens', async () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${logs()}`);
    return await isListening(port);
  });
  const running = opened.move();
  return {
    logs,
    async reload() {
      const { exited, stderr } = Bun.spawn([...reloading(folder.path)], {
        env,
        stdout: 'ignore',
        stderr: 'pipe',
      });
      if ((await exited) !== 0) throw new Error(await stderr.text());
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
