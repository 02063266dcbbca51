import { z } from 'zod';
import { parseDid, type Did } from '../../src/core/identity/did.ts';

/** The reference PDS with its own PLC directory, on loopback, for as long as a test file runs. */
export interface Pds extends AsyncDisposable {
  readonly pdsUrl: string;
  readonly plcUrl: string;
  /** Both, for GROUNDMIST_PRIVATE_HOSTS. */
  readonly privateHosts: readonly string[];
  createAccount(): Promise<PdsAccount>;
  /** Any XRPC call; fails where the answer is not a 2xx. */
  call(nsid: string, options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

export interface PdsAccount {
  readonly did: Did;
  readonly handle: string;
  readonly password: string;
  readonly accessJwt: string;
  createAppPassword(): Promise<string>;
  /** A service-auth JWT as an app gets it with this account's session. */
  serviceAuth(aud: string, lxm: string): Promise<string>;
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: unknown;
  readonly accessJwt?: string;
}

/** Why there is no PDS to test with on this machine. */
export interface Skipped {
  readonly skipped: string;
}

const folder = `${import.meta.dir}/../pds`;
const missingCompilerCode = 77;

/** Installs it where that was not done yet (a minute or two), and starts it. */
export async function startPds(): Promise<Pds | Skipped> {
  const installed = await install();
  return typeof installed === 'string' ? start(installed) : installed;
}

async function install(): Promise<string | Skipped> {
  const process = Bun.spawn(['sh', `${folder}/install.sh`], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [output, complaint] = await Promise.all([process.stdout.text(), process.stderr.text()]);
  const code = await process.exited;
  if (code === 0) return output.trim();
  if (code === missingCompilerCode && !Bun.env['CI']) return { skipped: complaint.trim() };
  throw new Error(`The reference PDS could not be installed (exit code ${code}): ${complaint.trim()}`);
}

async function start(installed: string): Promise<Pds> {
  const process = Bun.spawn([`${installed}/node`, `${folder}/start.mjs`, installed], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const complaint = process.stderr.text();
  const ready = await readFirstLine(process.stdout);
  if (ready === undefined) throw new Error(`The reference PDS did not start: ${await complaint}`);
  const urls = z.object({ pdsUrl: z.string(), plcUrl: z.string() }).parse(JSON.parse(ready));
  const call = (nsid: string, options: CallOptions = {}) => callPds(urls.pdsUrl, nsid, options);
  const close = async () => {
    await process.stdin.end();
    await process.exited;
  };
  return {
    ...urls,
    privateHosts: [new URL(urls.pdsUrl).host, new URL(urls.plcUrl).host],
    call,
    createAccount: () => createAccount(call),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The line, or undefined where the stream ends first. */
async function readFirstLine(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf('\n');
    if (end !== -1) return text.slice(0, end);
  }
  return undefined;
}

async function createAccount(call: Pds['call']): Promise<PdsAccount> {
  const handle = `owner-${crypto.randomUUID().slice(0, 8)}.test`;
  const password = crypto.randomUUID();
  const created = await call('com.atproto.server.createAccount', {
    body: { handle, email: `${handle.replace('.test', '')}@example.com`, password },
  });
  const { did, accessJwt } = z.object({ did: z.string(), accessJwt: z.string() }).parse(created);
  return {
    did: parseDid(did),
    handle,
    password,
    accessJwt,
    async createAppPassword() {
      const body = { name: `groundmist-${crypto.randomUUID().slice(0, 8)}` };
      const answer = await call('com.atproto.server.createAppPassword', { accessJwt, body });
      return z.object({ password: z.string() }).parse(answer).password;
    },
    async serviceAuth(aud, lxm) {
      const answer = await call('com.atproto.server.getServiceAuth', { accessJwt, query: { aud, lxm } });
      return z.object({ token: z.string() }).parse(answer).token;
    },
  };
}

async function callPds(pdsUrl: string, nsid: string, options: CallOptions): Promise<unknown> {
  const url = new URL(`/xrpc/${nsid}`, pdsUrl);
  for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
  const headers = new Headers();
  if (options.accessJwt !== undefined) headers.set('authorization', `Bearer ${options.accessJwt}`);
  if (options.body !== undefined) headers.set('content-type', 'application/json');
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  const answer = await fetch(url, { method: body === null ? 'GET' : 'POST', headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${nsid} answered with status ${answer.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
