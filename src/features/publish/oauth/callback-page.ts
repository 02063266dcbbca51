import { createHash } from 'node:crypto';

const style = 'body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}';
const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing may be kept of the address that led here, no other page may learn of it, and nothing runs. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/** A small page with one heading and one sentence, which are our own words. */
export function callbackPage(status: number, heading: string, sentence: string): Response {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>groundmist</title><style>${style}</style></head>
<body><h1>${heading}</h1><p>${sentence}</p></body>
</html>
`;
  return new Response(page, { status, headers });
}
