import { createHash, randomBytes } from 'node:crypto';
import { JoseKey } from '@atproto/jwk-jose';
import {
  asAtprotoDid,
  OAuthClient,
  type InternalStateData,
  type RuntimeImplementation,
  type Session,
} from '@atproto/oauth-client';
import type { Place } from '../../../core/discovery/published-record.ts';
import { syncCollection } from '../../../core/discovery/sync-record.ts';
import { quoteRemote } from '../../../core/discovery/remote-words.ts';
import { Failure } from '../../../core/failure.ts';
import { toGlobalFetch } from '../../../platform/outbound.ts';
import { IssuedTokens } from './issued-tokens.ts';

/** All that a login may do: write this one kind of record. */
export const scope = `atproto repo:${syncCollection}`;

/** Whose account it is, and what the page of the PDS fills in as the name. */
export interface OAuthAccount {
  readonly place: Place;
  /** As the identity claims it; a hint for the page and nothing more. */
  readonly handle: string | undefined;
}

/** A client for one login, whose tokens and keys are in memory only. */
export interface LoginClient {
  readonly client: OAuthClient;
  /** The state of the login that was begun. */
  state(): string;
  /** Revokes all that was issued, or throws where that is not confirmed; the session's own `signOut` does not tell. */
  signOut(): Promise<void>;
}

const runtime: RuntimeImplementation = {
  createKey: (algorithms) => JoseKey.generate(algorithms),
  getRandomValues: (length) => new Uint8Array(randomBytes(length)),
  digest: (data, { name }) => new Uint8Array(createHash(name).update(data).digest()),
  requestLock: (_name, action) => action(),
};

/** The client of a program on the person's machine (https://atproto.com/specs/oauth#localhost-client-development). */
export function makeLoginClient(account: OAuthAccount, redirectUri: string): LoginClient {
  const { place } = account;
  const logins = keepLogins();
  const issued = new IssuedTokens();
  const client = new OAuthClient({
    responseMode: 'query',
    clientMetadata: {
      client_id: `http://localhost?${new URLSearchParams({ redirect_uri: redirectUri, scope }).toString()}`,
      redirect_uris: [redirectUri],
      scope,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    },
    // Only a PDS on this machine has no TLS, and outbound sees to that.
    allowHttp: place.pds.protocol === 'http:',
    fetch: toGlobalFetch(issued.watching(place.fetch)),
    identityResolver: { resolve: async (input) => identify(account, input) },
    runtimeImplementation: runtime,
    stateStore: logins.store,
    sessionStore: memoryStore(new Map<string, Session>()),
  });
  return {
    client,
    state: () => logins.last()?.state ?? '',
    async signOut() {
      const begun = logins.last();
      if (begun === undefined) return;
      const { iss, authMethod, dpopKey } = begun.data;
      await issued.revoke(async (token) => {
        const server = await client.serverFactory.fromIssuer(iss, authMethod, dpopKey);
        await server.request('revocation', { token });
      });
    },
  };
}

/** The identity as it was resolved already; a token for anybody else's is refused. */
function identify({ place, handle }: OAuthAccount, input: string) {
  const { pds } = place;
  const did = asAtprotoDid(place.did);
  if (input !== did) {
    const sentence = `You logged in as ${quoteRemote(input)}, but this server belongs to ${did} (ATPROTO_DID).`;
    throw new Failure('LoginRefused', sentence);
  }
  const service = {
    id: '#atproto_pds',
    type: 'AtprotoPersonalDataServer',
    serviceEndpoint: pds.href,
  } as const;
  return {
    did,
    didDoc: { id: did, service: [service] },
    handle: handle ?? 'handle.invalid',
  };
}

interface Begun {
  readonly state: string;
  readonly data: InternalStateData;
}

/** The logins that were begun, and the last one also when the library has let go of it. */
function keepLogins() {
  let last: Begun | undefined;
  const kept = memoryStore(new Map<string, InternalStateData>());
  const set = (state: string, data: InternalStateData): void => {
    last = { state, data };
    kept.set(state, data);
  };
  return { store: { ...kept, set }, last: () => last };
}

function memoryStore<Value>(kept: Map<string, Value>) {
  return {
    get: (key: string) => kept.get(key),
    set: (key: string, value: Value) => void kept.set(key, value),
    del: (key: string) => void kept.delete(key),
  };
}
