import { createHash } from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;

/** An authorization server on loopback that allows everything, or lies as the test says. */
export class FakeAuthorizationServer implements AsyncDisposable {
  /** What its metadata says instead of the truth. */
  metadata: Members = {};
  /** What a token is answered with instead of the usual. */
  token: Members = {};
  /** Answers the pushed request in its place. */
  refusal: (() => Response) | undefined;
  /** What the client pushed (RFC 9126), the last first. */
  readonly pushed: URLSearchParams[] = [];
  readonly revoked: string[] = [];
  /** Called when a code is exchanged, before it is answered. */
  exchanging = (): void => {};
  /** What becomes of the answer to that; a token was issued all the same. */
  lost: ((answer: Response) => Response) | undefined;
  /** Answers a revocation with an error. */
  keepsSessions = false;
  readonly #server: Bun.Server<undefined>;
  readonly #subject: () => string;

  /** `subject` is whose tokens it issues. */
  constructor(subject: () => string) {
    this.#subject = subject;
    this.#server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => this.#answer(request) });
  }

  /** `127.0.0.1:port`, for GROUNDMIST_PRIVATE_HOSTS. */
  get host(): string {
    return `127.0.0.1:${this.#server.port}`;
  }

  get issuer(): string {
    return `http://${this.host}`;
  }

  /** The address that the browser is sent to by the last request; `undefined` members are left out. */
  redirect(more: Readonly<Record<string, string | undefined>> = {}): string {
    const pushed = this.pushed[0] ?? new URLSearchParams();
    const url = new URL(pushed.get('redirect_uri') ?? 'about:blank');
    const usual = { iss: this.issuer, state: pushed.get('state') ?? '', code: 'the-code' };
    for (const [name, value] of Object.entries({ ...usual, ...more })) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case '/.well-known/oauth-authorization-server':
        return Response.json({ ...this.#describe(), ...this.metadata });
      case '/par':
        if (this.refusal !== undefined) return this.refusal();
        this.pushed.unshift(new URLSearchParams(await request.text()));
        return Response.json(
          { request_uri: 'urn:ietf:params:oauth:request_uri:1', expires_in: 300 },
          { status: 201 },
        );
      case '/token':
        this.exchanging();
        return this.#exchange(request, new URLSearchParams(await request.text()));
      case '/revoke':
        this.revoked.push(new URLSearchParams(await request.text()).get('token') ?? '');
        return this.keepsSessions ? new Response('no', { status: 500 }) : Response.json({});
      default:
        return new Response(null, { status: 404 });
    }
  }

  /** PKCE (RFC 7636), or a refresh token, and a DPoP proof are asked for. */
  #exchange(request: Request, body: URLSearchParams): Response {
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const isRefresh = body.get('grant_type') === 'refresh_token';
    const isProven =
      request.headers.get('dpop') !== null &&
      (isRefresh || challenge === this.pushed[0]?.get('code_challenge'));
    if (!isProven) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    const suffix = isRefresh ? '-again' : '';
    const tokens = {
      access_token: `secret-access${suffix}`,
      refresh_token: `secret-refresh${suffix}`,
      token_type: 'DPoP',
    };
    const scope = this.pushed[0]?.get('scope');
    const answer = { ...tokens, expires_in: 300, scope, sub: this.#subject(), ...this.token };
    return this.lost?.(Response.json(answer)) ?? Response.json(answer);
  }

  #describe(): Members {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      pushed_authorization_request_endpoint: `${this.issuer}/par`,
      token_endpoint: `${this.issuer}/token`,
      revocation_endpoint: `${this.issuer}/revoke`,
      scopes_supported: ['atproto'],
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      dpop_signing_alg_values_supported: ['ES256'],
      require_pushed_authorization_requests: true,
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    };
  }
}
