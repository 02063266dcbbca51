import { describe, expect, test } from 'bun:test';
import { freePort } from '../../../support/free-port.ts';
import { caddyPath, nginxPath, startCaddy, startNginx } from '../../../support/real-proxy.ts';
import { certificates, ReachWorld, said, troubles } from './reach-world.ts';

type Start = typeof startCaddy;

/** What is found behind this proxy; `UPSTREAM` in its lines is where the server listens. */
async function findingsBehind(start: Start, lines: string) {
  const port = await freePort();
  await using world = await ReachWorld.start({ port });
  const options = { identity: certificates.good, port, host: world.host };
  await using _ = await start(options, lines.replace('UPSTREAM', `127.0.0.1:${world.proxy.upstreamPort}`));
  return await world.findings();
}

test.if(process.env['CI'] === 'true')(
  'Caddy and nginx are there, so that real proxies are tried in CI',
  () => {
    expect(caddyPath).not.toBeNull();
    expect(nginxPath).not.toBeNull();
  },
);

describe.skipIf(caddyPath === null)('Caddy', () => {
  test('with one line is a good proxy', async () => {
    expect(troubles(await findingsBehind(startCaddy, 'reverse_proxy UPSTREAM'))).toEqual(['dns warning']);
  });

  test('with a login before it is told', async () => {
    const findings = await findingsBehind(
      startCaddy,
      'basicauth {\n bob $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG\n }\n reverse_proxy UPSTREAM',
    );
    expect(troubles(findings)).toEqual(['dns warning', 'proxy problem']);
    expect(said(findings, 'proxy')).toContain('basic_auth');
  });

  test('that leads nowhere is told', async () => {
    const findings = await findingsBehind(startCaddy, 'reverse_proxy 127.0.0.1:1');
    expect(troubles(findings)).toEqual(['dns warning', 'proxy problem']);
    expect(said(findings, 'proxy')).toContain('status 502');
  });

  test('that takes small bodies only is told, with the line for Caddy alone', async () => {
    const findings = await findingsBehind(
      startCaddy,
      'request_body {\n max_size 4KB\n }\n reverse_proxy UPSTREAM',
    );
    expect(troubles(findings)).toEqual(['dns warning', 'sign-in problem']);
    expect(said(findings, 'sign-in')).toEndWith(' In Caddy: remove "request_body max_size".');
  });
});

const forwarding = [
  'proxy_pass http://UPSTREAM;',
  'proxy_set_header Host $host;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
].join(' ');
const upgrading =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';

describe.skipIf(nginxPath === null)('nginx', () => {
  test('with the lines that doctor gives is a good proxy', async () => {
    const findings = await findingsBehind(startNginx, `${forwarding} ${upgrading}`);
    expect(troubles(findings)).toEqual(['dns warning']);
  });

  test('without the lines for WebSockets is told, with the lines', async () => {
    const findings = await findingsBehind(startNginx, forwarding);
    expect(troubles(findings)).toEqual(['dns warning', 'websocket problem']);
    expect(said(findings, 'websocket')).toContain(upgrading);
  });

  test('that refuses the path of apps alone is told, without lines that are in place', async () => {
    const findings = await findingsBehind(
      startNginx,
      `${forwarding} ${upgrading} } location = / { return 403;`,
    );
    expect(troubles(findings)).toEqual(['dns warning', 'websocket problem']);
    expect(said(findings, 'websocket')).toContain('return 403');
    expect(said(findings, 'websocket')).not.toContain('Upgrade');
  });

  test('that takes small bodies only is told, with the line for nginx alone', async () => {
    const findings = await findingsBehind(startNginx, `${forwarding} ${upgrading} client_max_body_size 4k;`);
    expect(troubles(findings)).toEqual(['dns warning', 'sign-in problem']);
    expect(said(findings, 'sign-in')).toEndWith(' In nginx: client_max_body_size 1m;');
  });

  test('that keeps the nonce to itself is told', async () => {
    const findings = await findingsBehind(
      startNginx,
      `${forwarding} ${upgrading} proxy_hide_header DPoP-Nonce;`,
    );
    expect(troubles(findings)).toEqual(['dns warning', 'sign-in problem']);
    expect(said(findings, 'sign-in')).toContain('drops DPoP-Nonce of answers');
  });

  test('with nothing but where to go hides who asks and lets clients say so themselves', async () => {
    const findings = await findingsBehind(startNginx, `proxy_pass http://UPSTREAM; ${upgrading}`);
    expect(troubles(findings)).toEqual(['dns warning', 'proxy warning', 'client-address problem']);
    expect(said(findings, 'proxy')).toContain('proxy_set_header Host $host');
  });
});
