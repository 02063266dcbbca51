// Plays the person at the PDS's OAuth pages, as a browser would.
import { request } from 'node:http';

const api = '/@atproto/oauth-provider/~api';

/**
 * Signs in and agrees to what the app asks for. Gives the parameters that the PDS hands back to the app.
 * @param {URL} authorizeUrl where the SDK sends the person
 * @param {{ handle: string, password: string }} person
 */
export async function consent(authorizeUrl, { handle, password }) {
  const cookies = new Map();
  const ask = (options) => send(authorizeUrl, cookies, options);
  await ask({ path: authorizeUrl.pathname + authorizeUrl.search, headers: navigation });
  const scripted = () => ({
    'sec-fetch-mode': 'same-origin',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-dest': 'empty',
    origin: authorizeUrl.origin,
    referer: authorizeUrl.href,
    'x-csrf-token': cookies.get('csrf-token'),
  });
  const signIn = { locale: 'en', username: handle, password, remember: false };
  const signedIn = await ask({ path: `${api}/sign-in`, headers: scripted(), body: signIn });
  const { account, ephemeralToken } = JSON.parse(signedIn);
  const proven = ephemeralToken === undefined ? {} : { authorization: `Bearer ${ephemeralToken}` };
  const headers = { ...scripted(), ...proven };
  const agreed = await ask({ path: `${api}/consent`, headers, body: { did: account.did } });
  const { searchParams } = new URL(JSON.parse(agreed).url);
  const names = ['code', 'state', 'iss', 'error', 'error_description'];
  return new URLSearchParams([...searchParams].filter(([name]) => names.includes(name)));
}

const navigation = {
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-dest': 'document',
};

// Not `fetch`: it sets the Sec-Fetch headers itself, and those pages look at them.
function send(base, cookies, { path, headers, body }) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const options = {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, base), options, async (answer) => {
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined) cookies.set(name, value);
      }
      const text = (await answer.toArray()).join('');
      if (answer.statusCode === 200) resolve(text);
      else reject(new Error(`${path} answered with status ${answer.statusCode}: ${text}`));
    });
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
