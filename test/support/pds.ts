import { z } from 'zod';
import { parseDid } from '../../src/core/identity/did.ts';
import { NodeScript } from './node-script.ts';
import { makeSigningKey, signServiceJwt, type Algorithm, type WorldOwner } from './plc.ts';

/** The reference PDS with its own PLC directory, on loopback, for as long as a test file runs. */
export interface Pds extends AsyncDisposable {
  /** The folder that install.sh printed. */
  readonly installed: string;
  readonly pdsUrl: string;
  readonly plcUrl: string;
  /** Both, for GROUNDMIST_PRIVATE_HOSTS. */
  readonly privateHosts: readonly string[];
  createAccount(): Promise<PdsAccount>;
  /** Puts a new signing key in the account's DID document; gives its service JWTs, while the account's own keep the old key. */
  rotate(account: PdsAccount, algorithm: Algorithm): Promise<WorldOwner>;
  /** How many sessions of the account were made with an app password and can still be refreshed. */
  countAppSessions(account: PdsAccount): Promise<number>;
  /** Any XRPC call; fails where the answer is not a 2xx. */
  call(nsid: string, options?: CallOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** Its service JWTs are those that `com.atproto.server.getServiceAuth` gives an app with this account's session. */
export interface PdsAccount extends WorldOwner {
  readonly handle: string;
  readonly password: string;
  readonly accessJwt: string;
  createAppPassword(): Promise<string>;
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
  const script = new NodeScript(installed, 'start.mjs');
  const started = z.object({ pdsUrl: z.string(), plcUrl: z.string() }).parse(await script.ask('start'));
  const { pdsUrl, plcUrl } = started;
  const place = { plcUrl, privateHosts: [new URL(pdsUrl).host, new URL(plcUrl).host] };
  const call = (nsid: string, options: CallOptions = {}) => callPds(pdsUrl, nsid, options);
  return {
    ...place,
    installed,
    pdsUrl,
    call,
    createAccount: async () => ({ ...place, ...(await createAccount(call)) }),
    async rotate({ did }, algorithm) {
      const key = await makeSigningKey(algorithm);
      await script.ask('rotate', { did, signingKey: await key.exportPublicKey('did') });
      return { ...place, did, serviceJwt: (claims) => signServiceJwt(did, key, claims) };
    },
    countAppSessions: async ({ did }) => z.number().parse(await script.ask('countAppSessions', { did })),
    close: () => script.close(),
    [Symbol.asyncDispose]: () => script.close(),
  };
}

async function createAccount(call: Pds['call']): Promise<Omit<PdsAccount, 'plcUrl' | 'privateHosts'>> {
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
    async serviceJwt({ aud, lxm }) {
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
