import type { Answer } from './app.ts';
import { approving } from './owner.ts';
import { makeTestKey, sha256, type TestKey } from './proof.ts';
import type { World } from './world.ts';

type Members = Readonly<Record<string, unknown>>;

/** A request to sign in as a test writes it; what is left out is as a well-behaved app has it. */
export interface Knock {
  readonly key: TestKey;
  /** The value of the Authorization header: a new service JWT as Bearer. */
  readonly authorization?: string;
  readonly serviceAuth?: string | undefined;
  /** Members of the proof's header and claims that are changed; `undefined` leaves one out. */
  readonly header?: Members;
  readonly claims?: Members;
  /** Sent as it is in place of a proof. */
  readonly proof?: string;
  readonly namespace?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it is sent to, if not to the public URL. */
  readonly url?: string;
}

/** The answer to a 401 that names the proof. */
export const badProof = { status: 401, body: { error: 'invalid_dpop_proof' } } as const;
export const notPermitted = { status: 403, body: { error: 'NotPermitted' } } as const;
export const welcome = { status: 200, body: { result: 'OK' } } as const;

/** The request on the wire: to send it twice is to replay it. */
export interface Written {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function write(world: World, as: Knock): Promise<Written> {
  const { namespace = 'xyz.groundmist.library', serviceAuth, headers } = as;
  const authorization = as.authorization ?? `Bearer ${await mintJwt(world)}`;
  const dpop = as.proof ?? (await prove(world, { ...as, authorization }));
  return {
    url: as.url ?? `${world.url}/authenticate`,
    headers: { 'content-type': 'application/json', authorization, dpop, ...headers },
    body: JSON.stringify({ lexiconAuthorityDomain: namespace, rootDocUrl: null, serviceAuth }),
  };
}

export async function send({ url, headers, body }: Written): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

export async function knock(world: World, as: Knock): Promise<Answer> {
  return send(await write(world, as));
}

/** A proof for this server and the token of `authorization`, with its present nonce. */
export async function prove(
  world: World,
  {
    key,
    authorization,
    header,
    claims,
  }: Pick<Knock, 'key' | 'header' | 'claims'> & { authorization: string },
): Promise<string> {
  return key.sign(header ?? {}, { ...(await usualClaims(world, authorization)), ...claims });
}

export async function usualClaims(world: World, authorization: string): Promise<Members> {
  const challenge = await fetch(`${world.url}/authenticate`, { method: 'POST' });
  return {
    htm: 'POST',
    htu: `${world.url}/authenticate`,
    ath: sha256(authorization.split(' ')[1] ?? ''),
    iat: Math.floor(world.groundmist.core.clock.now() / 1000),
    jti: crypto.randomUUID(),
    nonce: challenge.headers.get('dpop-nonce'),
  };
}

export function mintJwt(world: World): Promise<string> {
  return world.owner.serviceJwt({ aud: world.audience, lxm: 'xyz.groundmist.sync.authenticate' });
}

/** A key that the owner has let in for the library; `as` is how it asked. */
export async function approvedKey(world: World, as: Partial<Knock> = {}): Promise<TestKey> {
  const key = as.key ?? (await makeTestKey());
  const { status, body } = await approving(world, knock(world, { ...as, key }));
  if (status !== 200) throw new Error(`not let in: ${status} ${JSON.stringify(body)}`);
  return key;
}

/** The keys that wait for the owner, by their thumbprints. */
export function waitingKeys(world: World): readonly string[] {
  return world.groundmist.core.access.list().approvals.map(({ thumbprint }) => thumbprint);
}

/** The other signature of the same message by the same secp256k1 key: S and the order less S are both good. */
export function signatureTwin(compact: string): string {
  const end = compact.lastIndexOf('.');
  const signature = Buffer.from(compact.slice(end + 1), 'base64url');
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const other = order - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  signature.write(other.toString(16).padStart(64, '0'), 32, 'hex');
  return `${compact.slice(0, end)}.${signature.toString('base64url')}`;
}
