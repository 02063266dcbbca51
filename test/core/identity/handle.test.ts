import { describe, expect, test } from 'bun:test';
import type { Failure, FailureCode } from '../../../src/core/failure.ts';
import { resolveHandle } from '../../../src/core/identity/handle.ts';
import { OutboundError } from '../../../src/platform/outbound-error.ts';
import { createOutbound, type Fetch } from '../../../src/platform/outbound.ts';
import { startOwner, type TestOwner } from '../../support/plc.ts';
import { failureOf } from '../../support/rejection.ts';

const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const handle = 'alice.example.com';

interface Answers {
  /** `down`: no name server answers. */
  readonly txt?: readonly string[] | 'down';
  /** The body of /.well-known/atproto-did, or the status in its place, or why there is no answer. */
  readonly wellKnown?: string | number | OutboundError;
}

/** Everything that handle resolution needs: the DNS and the host of the handle as told, the directory on loopback. */
function world(owner: TestOwner, { txt = [], wellKnown = 404 }: Answers) {
  const outbound = createOutbound({ privateHosts: [owner.plcHost] });
  const asked: string[] = [];
  const fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.startsWith('https://')) return outbound(input, init);
    asked.push(url);
    if (wellKnown instanceof OutboundError) throw wellKnown;
    return typeof wellKnown === 'string' ? new Response(wellKnown) : new Response('', { status: wellKnown });
  };
  const resolveTxt = async (name: string) => {
    asked.push(name);
    if (txt === 'down') throw new Error('ESERVFAIL');
    return txt;
  };
  return { fetch, resolveTxt, plcUrl: owner.plcUrl, asked };
}

async function failureWith(answers: Answers): Promise<Failure> {
  await using owner = await startOwner({ handle });
  return await failureOf(resolveHandle(handle, world(owner, answers)));
}

test('DNS is asked first and is enough', async () => {
  await using owner = await startOwner({ handle: 'alice.example.com' });
  const answers = world(owner, { txt: ['v=spf1', `did=${owner.did}`], wellKnown: stranger });
  expect(await resolveHandle('@Alice.Example.com', answers)).toBe(owner.did);
  expect(answers.asked).toEqual(['_atproto.alice.example.com']);
});

test('the host of the handle is asked where DNS has nothing', async () => {
  await using owner = await startOwner({ handle: 'alice.example.com' });
  const answers = world(owner, { wellKnown: `${owner.did}\n` });
  expect(await resolveHandle('alice.example.com', answers)).toBe(owner.did);
  expect(answers.asked[1]).toBe('https://alice.example.com/.well-known/atproto-did');
});

test('the host is also asked where DNS is down, and is enough', async () => {
  await using owner = await startOwner({ handle });
  expect(await resolveHandle(handle, world(owner, { txt: 'down', wellKnown: owner.did }))).toBe(owner.did);
});

test('the host is also asked where DNS names no DID of an account', async () => {
  await using owner = await startOwner({ handle });
  const txt = ['did=did:example:alice'];
  expect(await resolveHandle(handle, world(owner, { txt, wellKnown: owner.did }))).toBe(owner.did);
});

test('an identity that does not claim the handle is HandleMismatch', async () => {
  await using owner = await startOwner({ handle });
  const answers = world(owner, { txt: [`did=${owner.did}`] });
  expect(await failureOf(resolveHandle('bob.example.com', answers))).toMatchObject({
    code: 'HandleMismatch',
    message: `The handle bob.example.com could not be resolved: it leads to ${owner.did}, but that identity calls itself alice.example.com.`,
  });
  await using nameless = await startOwner({ handle: 'not a handle' });
  const { code, message } = await failureOf(
    resolveHandle(handle, world(nameless, { txt: [`did=${nameless.did}`] })),
  );
  expect(code).toBe('HandleMismatch');
  expect(message).toEndWith('but that identity has no handle.');
});

test('two different DIDs in DNS are HandleAmbiguous, whatever the host says; the same one twice is one', async () => {
  await using owner = await startOwner({ handle });
  const twice = world(owner, { txt: [`did=${owner.did}`, `did=${owner.did}`] });
  expect(await resolveHandle(handle, twice)).toBe(owner.did);
  const two = world(owner, { txt: [`did=${owner.did}`, `did=${stranger}`], wellKnown: owner.did });
  const { code, message } = await failureOf(resolveHandle(handle, two));
  expect(code).toBe('HandleAmbiguous');
  expect(message).toContain('DNS has 2 different DIDs at _atproto.alice.example.com.');
});

test.each(['did=me', 'did=', 'did=did:example:alice', 'did=did:web:a.com:b'])(
  'a record %s beside that of a DID says nothing',
  async (other) => {
    await using owner = await startOwner({ handle });
    const answers = world(owner, { txt: [other, `did=${owner.did}`] });
    expect(await resolveHandle(handle, answers)).toBe(owner.did);
    expect(answers.asked).toHaveLength(1);
  },
);

describe('a host that sends on', () => {
  const www = 'https://www.alice.example.com/.well-known/atproto-did';
  const wellKnown = 'https://alice.example.com/.well-known/atproto-did';

  /** Answers by address: the body, or where it sends on. */
  function sending(owner: TestOwner, places: Readonly<Record<string, string | URL>>) {
    const { resolveTxt, plcUrl, fetch } = world(owner, {});
    const asked: string[] = [];
    const sends: Fetch = async (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      if (!url.startsWith('https://')) return fetch(input, init);
      asked.push(url);
      const place = places[url] ?? '';
      if (typeof place === 'string') return new Response(place);
      throw new OutboundError('redirect', 'It is elsewhere.', { location: place });
    };
    return { resolveTxt, plcUrl, fetch: sends, asked };
  }

  test('from its name to another is followed', async () => {
    await using owner = await startOwner({ handle });
    const answers = sending(owner, { [wellKnown]: new URL(www), [www]: owner.did });
    expect(await resolveHandle(handle, answers)).toBe(owner.did);
    expect(answers.asked).toEqual([wellKnown, www]);
  });

  test('without end is left after three steps, which is said', async () => {
    await using owner = await startOwner({ handle });
    const answers = sending(owner, { [wellKnown]: new URL(wellKnown) });
    const { code, message } = await failureOf(resolveHandle(handle, answers));
    expect(code).toBe('HandleNotFound');
    expect(message).toEndWith('and alice.example.com is the end of 3 redirects, and sends on.');
    expect(answers.asked).toHaveLength(4);
  });

  test.each(['http://alice.example.com/', 'http://127.0.0.1:2583/', 'file:///etc/passwd'])(
    'to %s is not followed',
    async (location) => {
      await using owner = await startOwner({ handle });
      const answers = sending(owner, { [wellKnown]: new URL(location) });
      const { code, message } = await failureOf(resolveHandle(handle, answers));
      expect(code).toBe('HandleNotFound');
      expect(message).toEndWith('sends on to an address that is not https.');
      expect(answers.asked).toHaveLength(1);
    },
  );

  test('to a private address meets the checks of the way out', async () => {
    await using owner = await startOwner({ handle });
    const outbound = createOutbound({ privateHosts: [] });
    const isPrivate = (input: Parameters<Fetch>[0]) => input instanceof URL && input.host === '10.0.0.1';
    const answers = sending(owner, { [wellKnown]: new URL('https://10.0.0.1/') });
    const fetch: Fetch = (input, init) =>
      isPrivate(input) ? outbound(input, init) : answers.fetch(input, init);
    const { message } = await failureOf(resolveHandle(handle, { ...answers, fetch }));
    expect(message).toContain('name 10.0.0.1 in GROUNDMIST_PRIVATE_HOSTS');
  });
});

describe('where neither names one', () => {
  const nobody = new OutboundError('unreachable', 'The name alice.example.com could not be resolved.', {
    cause: Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }),
  });

  test.each<[string, string | number | OutboundError, string]>([
    ['does not know it', 404, 'answered with status 404'],
    ['is not there', nobody, 'the name alice.example.com could not be resolved'],
    ['answers everything with a page', '<!doctype html>', 'answered with something else'],
    ['sends us elsewhere', new OutboundError('redirect', 'It is elsewhere.'), 'It is elsewhere'],
    ['does not end', new OutboundError('large', 'It is large.'), 'It is large'],
  ])('it is HandleNotFound, when the host %s', async (_what, wellKnown, why) => {
    const { code, message } = await failureWith({ wellKnown });
    expect(code).toBe('HandleNotFound');
    expect(message).toStartWith(
      'The handle alice.example.com could not be resolved: DNS has no DID at _atproto.alice.example.com, and ',
    );
    expect(message).toContain(why);
    expect(message).not.toContain(', and The');
  });

  test.each<[string, Answers]>([
    ['no name server answers', { txt: 'down' }],
    ['the host is not reached', { wellKnown: new OutboundError('unreachable', 'Refused.') }],
    ['the host is slow', { wellKnown: new OutboundError('slow', 'Slow.') }],
    ['the host is out of order', { wellKnown: 503 }],
    ['the host is asked too often', { wellKnown: 429 }],
    [
      'the name cannot be looked up now',
      {
        wellKnown: new OutboundError('unreachable', 'No.', {
          cause: Object.assign(new Error('getaddrinfo'), { code: 'EAI_AGAIN' }),
        }),
      },
    ],
  ])('it is IdentityUnreachable, when %s: it may be there all the same', async (_what, answers) => {
    expect((await failureWith(answers)).code).toBe('IdentityUnreachable');
  });

  test('a DNS that could not be asked is said', async () => {
    expect((await failureWith({ txt: 'down' })).message).toContain(
      ': DNS could not be asked for _atproto.alice.example.com, and https://alice.example.com/',
    );
  });

  test.each<[string, Answers]>([
    ['DidInvalid', { txt: ['did=me'] }],
    ['DidInvalid', { txt: ['did='] }],
    ['DidInvalid', { wellKnown: 'did:' }],
    ['DidUnsupported', { txt: ['did=did:example:alice'] }],
    ['DidUnsupported', { wellKnown: 'did:web:example.com:alice' }],
    ['DidUnsupported', { txt: ['did=did:example:alice'], wellKnown: 503 }],
  ])('it is %s, with %j', async (expected, answers) => {
    expect((await failureWith(answers)).code).toBe(expected as FailureCode);
  });

  test('strangers’ words are cut, and tell a terminal nothing', async () => {
    const { message } = await failureWith({
      txt: [`did=\u001b[2J${'x'.repeat(5000)}`],
      wellKnown: `did:\u202e${'y'.repeat(5000)}`,
    });
    expect(message).toContain('"\\u001b[2Jxxx');
    expect(message).toContain('"did:\\u202eyyy');
    expect(message.length).toBeLessThan(700);
  });
});

test('what is no handle asks nobody', async () => {
  await using owner = await startOwner();
  const answers = world(owner, {});
  expect((await failureOf(resolveHandle('alice', answers))).code).toBe('HandleInvalid');
  expect((await failureOf(resolveHandle('alice.local', answers))).code).toBe('HandleReserved');
  expect(answers.asked).toEqual([]);
});

test('a DID that leads nowhere fails as a DID does', async () => {
  expect((await failureWith({ txt: [`did=${stranger}`] })).code).toBe('DidNotFound');
});
