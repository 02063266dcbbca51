// node oauth-app.mjs <folder that install.sh printed>
// An app with a real OAuth SDK, for the parent process: `signIn` first, then `fetch` sends what its session sends,
// and `sessionState` tells what became of the person's session in the app.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { converse } from './conversation.mjs';
import { consent } from './oauth-consent.mjs';

const [folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const redirectUri = 'http://127.0.0.1:8080/callback';
const sessions = memoryStore();
let session;
let firstTokens;

converse({ signIn, fetch: fetchWithSession, sessionState });

async function signIn({ sdk, pdsUrl, plcUrl, did, handle, password, scope }) {
  const { NodeOAuthClient } = require(sdk);
  const client = new NodeOAuthClient({
    clientMetadata: describeClient(scope),
    stateStore: memoryStore(),
    sessionStore: sessions,
    handleResolver: pdsUrl,
    plcDirectoryUrl: plcUrl,
    allowHttp: true,
    requestLock: (_name, action) => action(),
    // Its own fetch refuses loopback.
    fetch: (input, init) => fetch(input, init),
  });
  const authorizeUrl = await client.authorize(did, { scope });
  const handedBack = await consent(authorizeUrl, { handle, password });
  ({ session } = await client.callback(handedBack));
  firstTokens = JSON.stringify(sessions.get(session.did).tokenSet);
  return session.did;
}

async function fetchWithSession({ url, body }) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await session.fetchHandler(url, body === undefined ? {} : init);
  return { status: answer.status, body: await answer.json() };
}

/** `kept` as it was, `refreshed`, or `deleted`: the person is signed out of the app. */
function sessionState() {
  const kept = sessions.get(session.did);
  if (kept === undefined) return 'deleted';
  return JSON.stringify(kept.tokenSet) === firstTokens ? 'kept' : 'refreshed';
}

/** What atproto lets an app on loopback be. */
function describeClient(scope) {
  const asked = new URLSearchParams({ redirect_uri: redirectUri, scope });
  return {
    client_id: `http://localhost?${asked}`,
    redirect_uris: [redirectUri],
    scope,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  };
}

function memoryStore() {
  const kept = new Map();
  return {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    del: (key) => void kept.delete(key),
  };
}
