import { expect, test } from 'bun:test';
import { askServer } from '../../src/core/control.ts';
import { controlSocketPath } from '../../src/core/store/layout.ts';
import { mostEchoedBytes, openedSchema } from '../../src/features/doctor/arrival.ts';
import { Served } from '../support/served.ts';

/*
 * Threat: a stranger uses the address that `groundmist doctor` sends its probes to: to get in, to have a server that
 * echoes, to fill its memory or its log, to learn whether somebody looks. Proves SECURITY.md "the probes of doctor".
 */

const upgrade = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
] as const;

async function open(served: Served): Promise<string> {
  const socket = controlSocketPath(served.composed.dataDirectory);
  return openedSchema.parse(await askServer(socket, { method: 'POST', path: '/probes' })).code;
}

function connect(served: Served, code: string): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${served.port}/probe?code=${code}`);
}

const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
const opened = (socket: WebSocket): Promise<void> =>
  new Promise((resolve) => socket.addEventListener('open', () => resolve()));

test('without a code, with a wrong one and with a used one it says what any other address says', async () => {
  await using served = await Served.start();
  const nowhere = await served.ask({ start: 'GET /nowhere' });
  const noSocket = await served.ask({ start: 'GET /nowhere', headers: upgrade });
  const ask = async (query: string): Promise<readonly string[]> => {
    const page = await served.ask({ start: `GET /probe${query}` });
    const socket = await served.ask({ start: `GET /probe${query}`, headers: upgrade });
    return [page.text, socket.text].map(withoutWhatIsNew);
  };
  const strange = [nowhere.text, noSocket.text].map(withoutWhatIsNew);
  expect(nowhere.status).toBe(404);
  expect(await ask('?code=x')).toEqual(strange);
  const code = await open(served);
  expect(await ask('')).toEqual(strange);
  expect(await ask(`?code=${code.slice(1)}`)).toEqual(strange);
  expect((await served.ask({ start: `GET /probe?code=${code}` })).status).toBe(200);
  expect(await ask(`?code=${code}`)).toEqual(strange);
});

test.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'])(
  'asked with %s it says what any other address says',
  async (method) => {
    await using served = await Served.start();
    const code = await open(served);
    const nowhere = await served.ask({ start: `${method} /nowhere` });
    for (const query of ['', '?code=x', ...(method === 'HEAD' ? [] : [`?code=${code}`])]) {
      const probe = await served.ask({ start: `${method} /probe${query}` });
      expect(withoutWhatIsNew(probe.text)).toBe(withoutWhatIsNew(nowhere.text));
    }
  },
);

test('a thousand guesses use up no code, and neither the answers nor the log repeat them', async () => {
  await using served = await Served.start();
  const code = await open(served);
  const guess = `guessed-${'x'.repeat(2000)}`;
  for (let number = 0; number < 1000; number++) {
    const { status, text } = await served.ask({ start: `GET /probe?code=${guess}${number}` });
    expect(status).toBe(404);
    expect(text).not.toContain('guessed');
  }
  expect(served.stderr).not.toContain('guessed');
  expect((await served.ask({ start: `GET /probe?code=${code}` })).status).toBe(200);
});

test('a code is no way around the name that a request must have, and is not opened from the network', async () => {
  await using served = await Served.start();
  const code = await open(served);
  const headers = [['Host', 'evil.example']] as const;
  expect((await served.ask({ start: `GET /probe?code=${code}`, headers })).status).toBe(400);
  expect((await served.ask({ start: 'POST /probes' })).status).toBe(404);
  expect((await served.ask({ start: `GET /probes/${code}` })).status).toBe(404);
  expect((await served.ask({ start: `GET /probe?code=${code}` })).status).toBe(200);
});

test('headers that are large are not kept whole', async () => {
  await using served = await Served.start();
  const code = await open(served);
  const headers = [['X-Forwarded-For', 'y'.repeat(8000)]] as const;
  await served.ask({ start: `GET /probe?code=${code}`, headers });
  const socket = controlSocketPath(served.composed.dataDirectory);
  const reading = JSON.stringify(await askServer(socket, { method: 'GET', path: `/probes/${code}` }));
  expect(reading.length).toBeLessThan(1000);
  expect(served.stderr).not.toContain('yyyy');
});

test('the socket of a probe echoes so much and no more', async () => {
  await using served = await Served.start();
  const socket = connect(served, await open(served));
  await opened(socket);
  socket.send(new Uint8Array(mostEchoedBytes + 1));
  expect(await closed(socket)).toBe(1009);
});

test('the socket of a probe ends after half a minute', async () => {
  await using served = await Served.start();
  const socket = connect(served, await open(served));
  await opened(socket);
  served.composed.clock.advance(30_000);
  expect(await closed(socket)).toBe(1001);
});

/** The one header that differs from one second to the next. */
function withoutWhatIsNew(text: string): string {
  return text.replaceAll(/^(?:Date|X-Request-Id): .*\r\n/gim, '');
}
