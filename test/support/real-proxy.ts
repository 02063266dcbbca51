import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';
import type { Identity } from './made-certificates.ts';

const searched = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
export const caddyPath = Bun.which('caddy', searched);
export const nginxPath = Bun.which('nginx', searched);

export interface RealProxyOptions {
  readonly identity: Identity;
  readonly port: number;
  /** `host:port`, as the public has it. */
  readonly host: string;
}

/** Caddy as most people have it: a name, and where it leads. */
export function startCaddy(options: RealProxyOptions, site: string): Promise<AsyncDisposable> {
  return startProxy(options, (folder) => {
    const path = `${folder}/Caddyfile`;
    const global = `{\n  admin off\n  auto_https off\n  storage file_system ${folder}\n}`;
    const tls = `  bind 127.0.0.1\n  tls ${folder}/cert.pem ${folder}/key.pem`;
    writeFileSync(path, `${global}\nhttps://${options.host} {\n${tls}\n  ${site}\n}\n`);
    return [caddyPath ?? '', 'run', '--config', path, '--adapter', 'caddyfile'];
  });
}

/** nginx with one server; `location` is what stands in its location block. */
export function startNginx(options: RealProxyOptions, location: string): Promise<AsyncDisposable> {
  return startProxy(options, (folder) => {
    const path = `${folder}/nginx.conf`;
    mkdirSync(`${folder}/tmp`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/tmp/${name};`,
    );
    const lines = [
      process.getuid?.() === 0 ? 'user root;' : '',
      `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
      'events {}',
      `http { access_log off; ${temporary.join(' ')}`,
      `server { listen 127.0.0.1:${options.port} ssl; server_name sync.example.com;`,
      `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`,
      `location / { ${location} } } }`,
    ];
    writeFileSync(path, `${lines.join('\n')}\n`);
    return [nginxPath ?? '', '-c', path, '-e', `${folder}/error.log`];
  });
}

/** Runs until it is disposed of, ended by its own process id. */
async function startProxy(
  { identity, port }: RealProxyOptions,
  command: (folder: string) => readonly string[],
): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(temporaryFolder());
  writeFileSync(folder.at('cert.pem'), identity.cert);
  writeFileSync(folder.at('key.pem'), identity.key);
  const child = Bun.spawn([...command(folder.path)], {
    env: { ...searched, HOME: folder.path },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  });
  opened.defer(async () => {
    child.kill();
    await child.exited;
  });
  await eventually('the proxy listens', async () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${await new Response(child.stderr).text()}`);
    return await isListening(port);
  });
  const running = opened.move();
  return { [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
