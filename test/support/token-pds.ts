import { createHmac } from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;
/** Answers a session request that shows `pdsToken`; undefined where it does as the reference PDS. */
type OddAnswer = (pdsToken: string) => Response | undefined | Promise<Response | undefined>;

/** A PDS as far as access tokens go: issues them, and tells genuine ones from forged ones as the reference PDS does. */
export class TokenPds implements AsyncDisposable {
  /** What the metadata of this PDS says, instead of the truth. */
  metadata: Members | undefined;
  odd: OddAnswer = () => undefined;
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  readonly #server: Bun.Server<undefined>;

  constructor() {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => this.#answer(request),
    });
  }

  /** `127.0.0.1:port`, for GROUNDMIST_PRIVATE_HOSTS. */
  get host(): string {
    return `127.0.0.1:${this.#server.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** An access token with these claims beside the usual; `undefined` leaves one out. */
  issue(claims: Members): string {
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const clientId = 'https://app.example/client.json';
    const payload = { iss: this.url, aud: 'did:web:pds', exp, client_id: clientId, ...claims };
    const message = `${encode({ typ: 'at+jwt', alg: 'HS256' })}.${encode(payload)}`;
    return `${message}.${sign(message)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.asked.push(pathname);
    if (pathname === '/.well-known/oauth-protected-resource') {
      return Response.json(this.metadata ?? { resource: this.url, authorization_servers: [this.url] });
    }
    const pdsToken = request.headers.get('authorization')?.replace('DPoP ', '') ?? '';
    return (
      (await this.odd(pdsToken)) ?? challenge(isSigned(pdsToken) ? 'invalid_dpop_proof' : 'invalid_token')
    );
  }
}

/** 401 with this error in a DPoP challenge. */
export function challenge(error: string): Response {
  const headers = { 'www-authenticate': `DPoP error="${error}", error_description="as it is"` };
  return Response.json({ error }, { status: 401, headers });
}

function isSigned(pdsToken: string): boolean {
  const end = pdsToken.lastIndexOf('.');
  return sign(pdsToken.slice(0, end)) === pdsToken.slice(end + 1);
}

function sign(message: string): string {
  return createHmac('sha256', 'known to this PDS alone').update(message).digest('base64url');
}

function encode(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}
