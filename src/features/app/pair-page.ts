import type { Pairing } from '../../core/access/pairing.ts';
import type { Route } from '../../platform/http.ts';

const prefix = '/pair/';

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
};

/** The link that `groundmist app pair` shows, opened on the device: its address is then the one that may ask. */
export function pairRoute(pairing: Pairing): Route {
  return {
    method: 'GET',
    path: `${prefix}:code`,
    handle(request, opener) {
      const code = new URL(request.url).pathname.slice(prefix.length);
      switch (isLookingAhead(request) ? 'nothing' : pairing.open(code, opener)) {
        case 'opened':
          return page(200, opened);
        case 'hidden':
          return page(403, hidden);
        case 'nothing':
          return page(404, notThere);
      }
    },
  };
}

/** Programs that preview a link are not the person who was sent it, and would use it up. */
function isLookingAhead(request: Request): boolean {
  return request.method === 'HEAD' || request.headers.get('sec-purpose')?.includes('prefetch') === true;
}

const opened = {
  title: 'This device may ask now',
  text: 'Open the app on this device and sign in, or reload it if it is open. Then say yes where <code>groundmist app pair</code> runs.',
};

const hidden = {
  title: 'This device cannot be told from others',
  text: 'The proxy in front of this server does not say who asks. <code>groundmist app pair</code> says what to set; then open this link again.',
};

/** The same for a wrong code, a used one, and while nobody pairs. */
const notThere = {
  title: 'This link opens nothing',
  text: 'It may have been used, or be older than ten minutes. <code>groundmist app pair</code> shows a new one.',
};

function page(status: number, { title, text }: { readonly title: string; readonly text: string }): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · groundmist</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem }</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
  return new Response(html, { status, headers });
}
