import { getLogger, type Logger } from '@logtape/logtape';
import { compose } from '../../src/compose.ts';
import { Configuration } from '../../src/configuration.ts';
import { features } from '../../src/features.ts';
import type { Groundmist, SocketServer } from '../../src/groundmist.ts';
import { TestClock } from './clock.ts';
import { startOwner, type TestOwner } from './plc.ts';
import { makeTestKey, sha256, type TestKey } from './proof.ts';
import { temporaryFolder } from './folder.ts';

const audience = 'did:web:sync.example.com#groundmist_sync';
const url = 'https://sync.example.com/authenticate';

export interface SignInOptions {
  readonly key: TestKey;
  readonly origin?: string;
  /** `undefined` members are left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Sent as it is; else the usual body with `members` in it. */
  readonly body?: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

export interface SignInRequest {
  readonly headers: [string, string][];
  readonly body: string;
}

export interface ComposedOptions {
  readonly owner?: TestOwner;
  readonly log?: Logger;
  /** Settings beside the usual ones, or instead of them. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A whole server without a port: requests go straight to its handlers, on a clock that the test moves. */
export class ComposedServer implements AsyncDisposable {
  readonly owner: TestOwner;
  readonly clock: TestClock;
  readonly dataDirectory: string;
  readonly groundmist: Groundmist;
  /** How long each request asked to be kept open, in seconds. */
  readonly kept: number[] = [];
  readonly #opened: AsyncDisposableStack;

  private constructor(
    parts: Pick<ComposedServer, 'owner' | 'clock' | 'dataDirectory' | 'groundmist'>,
    opened: AsyncDisposableStack,
  ) {
    this.owner = parts.owner;
    this.clock = parts.clock;
    this.dataDirectory = parts.dataDirectory;
    this.groundmist = parts.groundmist;
    this.#opened = opened;
  }

  static async start({
    owner: given,
    log,
    environment: changed,
  }: ComposedOptions = {}): Promise<ComposedServer> {
    await using opened = new AsyncDisposableStack();
    const owner = given ?? opened.use(await startOwner());
    const clock = new TestClock();
    const dataDirectory = changed?.['DATA_DIR'] ?? opened.use(temporaryFolder()).path;
    const environment = {
      ATPROTO_DID: owner.did,
      GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
      GROUNDMIST_HOST: 'sync.example.com',
      GROUNDMIST_PLC_URL: owner.plcUrl,
      GROUNDMIST_PRIVATE_HOSTS: owner.plcHost,
      DATA_DIR: dataDirectory,
      ...changed,
    };
    const configuration = new Configuration({ flags: {}, environment });
    const options = { features, configuration, clock, log: log ?? getLogger('test') };
    const groundmist = opened.use(await compose(options));
    return new ComposedServer({ owner, clock, dataDirectory, groundmist }, opened.move());
  }

  /** The other end of the connection, which a test may move off this machine. */
  peer = '127.0.0.1';

  async fetch(request: Request): Promise<Response> {
    const server: Pick<SocketServer, 'requestIP' | 'timeout'> = {
      requestIP: () => ({ address: this.peer, port: 1, family: 'IPv4' }),
      timeout: (_request, seconds) => void this.kept.push(seconds),
    };
    const response = await this.groundmist.fetch(request, server as SocketServer);
    if (response === undefined) throw new Error('the request became a WebSocket');
    return response;
  }

  /** `POST /authenticate` with a good service token and proof, but for what the test changes. */
  async signIn(options: SignInOptions): Promise<Response> {
    const { headers, body } = await this.makeSignIn(options);
    return this.fetch(new Request(url, { method: 'POST', headers, body }));
  }

  /** What `signIn` sends. */
  async makeSignIn({ key, origin, headers = {}, body, members = {} }: SignInOptions): Promise<SignInRequest> {
    const jwt = await this.owner.serviceJwt({ aud: audience });
    const usual = {
      authorization: `Bearer ${jwt}`,
      dpop: await this.prove(key, jwt),
      'content-type': 'application/json',
      origin,
      ...headers,
    };
    const sent = Object.entries(usual).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const asked = { lexiconAuthorityDomain: 'xyz.groundmist.library', rootDocUrl: null, ...members };
    return { headers: sent, body: body ?? JSON.stringify(asked) };
  }

  /** A proof for the access token `accessToken`, with claims replaced as given. */
  prove(key: TestKey, accessToken: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const usual = {
      htm: 'POST',
      htu: url,
      ath: sha256(accessToken),
      iat: Math.floor(this.clock.now() / 1000),
      jti: crypto.randomUUID(),
      nonce: this.groundmist.core.authentication.nonces.current(),
    };
    return key.sign({}, { ...usual, ...claims });
  }

  /** Signs in a key and has the owner say yes. */
  async letIn(options: Omit<SignInOptions, 'key'> & { readonly key?: TestKey } = {}): Promise<Response> {
    const asked = this.signIn({ key: await makeTestKey(), ...options });
    const id = await this.nextApproval();
    this.groundmist.core.access.approve(id, { permission: 'read-write' });
    return asked;
  }

  /** The id of the next approval that is asked for. */
  nextApproval(): Promise<string> {
    return new Promise((resolve) => {
      this.groundmist.core.events.listen({ approvalRequested: ({ id }) => resolve(id) });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}
