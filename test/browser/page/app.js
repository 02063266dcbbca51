// A page as app authors write them: an unmodified OAuth SDK and stock automerge-repo. The test tells it what to do
// through `app`. The three imports are resolved when the page is built: see page-server.ts.
import * as network from 'page:automerge-websocket';
import { Repo } from 'page:automerge-repo';
import { BrowserOAuthClient } from 'page:oauth-client';

const { pdsUrl, plcUrl, scope } = globalThis.settings;
const retryMs = 500;
const handles = new Map();
const repo = new Repo({ network: [] });
let session;

const redirectUri = `${location.origin}/`;
const client = new BrowserOAuthClient({
  // What atproto lets a page on loopback be.
  clientMetadata: {
    client_id: `http://localhost?${new URLSearchParams({ redirect_uri: redirectUri, scope })}`,
    redirect_uris: [redirectUri],
    scope,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    dpop_bound_access_tokens: true,
  },
  handleResolver: pdsUrl,
  plcDirectoryUrl: plcUrl,
  allowHttp: true,
});

globalThis.app = {
  isReady: false,

  get did() {
    return session?.did ?? null;
  },

  signIn(handle) {
    void client.signIn(handle, { scope });
  },

  /**
   * `POST /authenticate` as the apps do it, and what the page can read of the answer. Without an audience it sends
   * no service token: nothing but what `fetchHandler` does.
   */
  async authenticate(syncUrl, namespace, audience) {
    const serviceAuth = audience === null ? undefined : await askServiceJwt(audience);
    const body = { lexiconAuthorityDomain: namespace, rootDocUrl: null, serviceAuth };
    const answer = await session.fetchHandler(`${syncUrl}/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const readable = ['dpop-nonce', 'www-authenticate', 'retry-after'];
    const headers = Object.fromEntries(readable.map((name) => [name, answer.headers.get(name)]));
    return { status: answer.status, headers, body: await answer.json() };
  },

  /** The status of a call to the person's own PDS. */
  async pdsStatus() {
    const { status } = await session.fetchHandler('/xrpc/com.atproto.server.getSession');
    return status;
  },

  connect(url) {
    const Adapter = network.WebSocketClientAdapter ?? network.BrowserWebSocketClientAdapter;
    repo.networkSubsystem.addNetworkAdapter(new Adapter(url, retryMs));
  },

  get peerCount() {
    return repo.peers.length;
  },

  create(content) {
    const handle = repo.create();
    handle.change((document) => Object.assign(document, content));
    handles.set(handle.url, handle);
    return handle.url;
  },

  /** Its content once it is here, null where it is unavailable. */
  async find(url) {
    try {
      const handle = await repo.find(url);
      const content = await handle.doc();
      handles.set(url, handle);
      return content ?? null;
    } catch {
      return null;
    }
  },

  change(url, content) {
    handles.get(url).change((document) => Object.assign(document, content));
  },

  async content(url) {
    return await handles.get(url).doc();
  },
};

async function askServiceJwt(aud) {
  const asked = new URLSearchParams({ aud, lxm: 'xyz.groundmist.sync.authenticate' });
  const answer = await session.fetchHandler(`/xrpc/com.atproto.server.getServiceAuth?${asked}`);
  return (await answer.json()).token;
}

// Takes what the PDS handed back in the address, or the session of an earlier load.
const restored = await client.init();
session = restored?.session;
globalThis.app.isReady = true;
