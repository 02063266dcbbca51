import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { version } from '../../package.json';
import { freePort } from '../support/free-port.ts';
import { noPromtool, runPromtool } from '../support/promtool.ts';
import { Installation } from './server.ts';

setDefaultTimeout(60_000);

let home: Installation;
beforeEach(async () => {
  home = await Installation.create();
});
afterEach(() => home[Symbol.asyncDispose]());

test('the built server tells who watches it how it does, and the network nothing of that', async () => {
  const port = await freePort();
  await home.serve({ GROUNDMIST_METRICS: `127.0.0.1:${port}` });
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain(`groundmist_build_info{version="${version}",`);
  expect(/^process_open_fds (\d+)$/m.exec(text)?.[1]).not.toBe('0');
  if (noPromtool === '') expect(await runPromtool(['check', 'metrics'], text)).toBe('');
  expect((await fetch(`http://127.0.0.1:${port}/authenticate`)).status).toBe(404);
  expect((await fetch(`${home.url}/metrics`)).status).toBe(404);
});

test('a port that was chosen for it and is taken keeps the server from starting, with a sentence and exit code 5', async () => {
  using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const server = home.launch({ GROUNDMIST_METRICS: `127.0.0.1:${other.port}` });
  expect((await server.ending()).exitCode).toBe(5);
  expect(await server.lastSentence()).toStartWith(
    `The server cannot run: The port ${other.port} of 127.0.0.1, where metrics are to be asked for, is taken`,
  );
});
