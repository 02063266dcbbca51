// Plays the person at the PDS's OAuth pages, as a browser would.
import { request } from 'node:http';

const api = '/@atproto/oauth-provider/~api';
const answerNames = ['code', 'state', 'iss', 'error', 'error_description'];

/**
 * Signs in and agrees to what the app asks for. Gives the parameters that the PDS hands back to the app.
 * @param {URL} authorizeUrl where the SDK sends the person
 * @param {{ handle: string, password: string }} person
 */
export async function consent(authorizeUrl, person) {
  const { searchParams } = new URL(await agree(await open(authorizeUrl), person));
  return new URLSearchParams([...searchParams].filter(([name]) => answerNames.includes(name)));
}

/**
 * Signs in and agrees, or refuses. Gives the address that the browser is sent to then.
 * @param {{ url: string, handle: string, password: string, isDenied?: boolean }} decision
 */
export async function decide({ url, isDenied, ...person }) {
  const page = await open(new URL(url));
  const decided = isDenied ? await page.call('/reject', { body: {} }).then(urlOf) : await agree(page, person);
  const { location } = await page.navigate(decided);
  return location;
}

/**
 * The OAuth sessions that the page of the account lists.
 * @param {{ pdsUrl: string, handle: string, password: string }} person
 */
export async function listSessions({ pdsUrl, ...person }) {
  const page = await open(new URL('/account', pdsUrl));
  const { account, headers } = await signIn(page, person);
  return JSON.parse(await page.call(`/oauth-sessions?did=${encodeURIComponent(account.did)}`, { headers }));
}

async function agree(page, person) {
  const { account, headers } = await signIn(page, person);
  return urlOf(await page.call('/consent', { headers, body: { did: account.did } }));
}

async function signIn(page, { handle, password }) {
  const body = { locale: 'en', username: handle, password, remember: false };
  const { account, ephemeralToken } = JSON.parse(await page.call('/sign-in', { body }));
  return { account, headers: ephemeralToken === undefined ? {} : { authorization: `Bearer ${ephemeralToken}` } };
}

function urlOf(json) {
  return JSON.parse(json).url;
}

/** A page of the PDS in a browser without a script, which its calls to the PDS are made for. */
async function open(pageUrl) {
  const cookies = new Map();
  const ask = (options) => send(pageUrl, cookies, options);
  await ask({ path: pageUrl.pathname + pageUrl.search, headers: navigation('cross-site') });
  return {
    async call(path, { headers = {}, body } = {}) {
      const scripted = {
        'sec-fetch-mode': 'same-origin',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-dest': 'empty',
        origin: pageUrl.origin,
        referer: pageUrl.href,
        'x-csrf-token': cookies.get('csrf-token'),
      };
      return (await ask({ path: api + path, headers: { ...scripted, ...headers }, body })).text;
    },
    navigate: (url) =>
      ask({ path: url, headers: { ...navigation('same-origin'), referer: pageUrl.href }, status: 303 }),
  };
}

function navigation(site) {
  return { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': site, 'sec-fetch-dest': 'document' };
}

// Not `fetch`: it sets the Sec-Fetch headers itself, and those pages look at them.
function send(base, cookies, { path, headers, body, status = 200 }) {
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
      const { location } = answer.headers;
      if (answer.statusCode === status) resolve({ text, location });
      else reject(new Error(`${path} answered with status ${answer.statusCode}: ${text}`));
    });
    outgoing.once('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
