import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askServer } from '../../src/core/control.ts';
import { Failure, toFailure } from '../../src/core/failure.ts';
import { answer as answerRoutes, failureResponse } from '../../src/http.ts';
import type { Exchange } from '../../src/platform/http.ts';
import { rejectionOf } from '../support/rejection.ts';
import { temporaryFolder } from '../support/folder.ts';

const controlled: Exchange = {
  requestId: 'abc123',
  address: 'control',
  isAddressKnown: true,
  transport: { kind: 'sealed', peer: 'control' },
  keepOpen() {},
};

function listen(path: string, fetch: (request: Request) => Response | Promise<Response>): AsyncDisposable {
  const server = Bun.serve({ unix: path, fetch });
  return { [Symbol.asyncDispose]: () => server.stop(true) };
}

test('a question reaches the server and its JSON comes back', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  await using _server = listen(path, async (request) =>
    Response.json({
      asked: `${request.method} ${new URL(request.url).pathname}`,
      body: await request.json(),
    }),
  );
  const answer = await askServer(path, { method: 'POST', path: '/apps/deny', body: { id: 'x' } });
  expect(answer).toEqual({ asked: 'POST /apps/deny', body: { id: 'x' } });
});

test('a socket whose path is longer than the kernel takes is reached', async () => {
  using directory = temporaryFolder();
  const folder = join(directory.path, 'd'.repeat(120));
  mkdirSync(folder);
  const path = join(folder, 'control.sock');
  await using _server = listen(path, () => Response.json('here'));
  expect(await askServer(path, { method: 'GET', path: '/' })).toBe('here');
});

test('a failure of the server comes back as it was thrown', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  const body = { error: 'NotFound', message: 'No app waits.' };
  await using _server = listen(path, () => Response.json(body, { status: 404 }));
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ code: 'NotFound', message: 'No app waits.' });
});

test('a server that does not know the question is one of another version, and that is said', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  await using _server = listen(path, async (request) => {
    const failed = await answerRoutes([], request, controlled).catch((error: unknown) => error);
    return failureResponse(toFailure(failed), 'abc123');
  });
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/status' }));
  expect(failure).toMatchObject({
    code: 'InvalidRequest',
    message: expect.stringContaining('Restart it'),
  });
});

test.each(['toString', 'invalid_token'])(
  'a failure with the unknown code %s is an internal one',
  async (error) => {
    using directory = temporaryFolder();
    const path = join(directory.path, 'control.sock');
    await using _server = listen(path, () => Response.json({ error, message: 'x' }, { status: 500 }));
    const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
    expect(failure).toMatchObject({ code: 'Internal' });
  },
);

test('what answers no JSON is not groundmist', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  await using _server = listen(path, () => new Response('hello'));
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
  expect(failure).toMatchObject({ code: 'ServerUnreachable' });
  expect(failure.message).toContain('is not groundmist');
});

test('without a socket the failure says how to start a server', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
  expect(failure).toMatchObject({ code: 'ServerUnreachable' });
  expect(failure.message).toContain('there is no');
  expect((failure as Failure).kind.hint).toContain('`groundmist serve`');
});

test('a socket that a dead server left is told apart', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  writeFileSync(path, '');
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
  expect(failure).toMatchObject({ code: 'ServerUnreachable' });
  expect(failure.message).toContain('not running any more');
});

// Root may do everything.
test.skipIf(process.getuid?.() === 0)('a socket of another user is told apart', async () => {
  using directory = temporaryFolder();
  const path = join(directory.path, 'control.sock');
  await using _server = listen(path, () => Response.json('here'));
  chmodSync(path, 0o000);
  const failure = await rejectionOf(askServer(path, { method: 'GET', path: '/' }));
  expect(failure.message).toContain('may not speak to groundmist');
});
