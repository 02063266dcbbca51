import { expect, test } from 'bun:test';
import { resolveHandle } from '../../../src/core/identity/handle.ts';
import { createOutbound, type Fetch } from '../../../src/platform/outbound.ts';
import { startOwner, type TestOwner } from '../../support/plc.ts';
import { rejectionOf } from '../../support/rejection.ts';

const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';

interface Answers {
  readonly txt?: readonly string[];
  /** The body of /.well-known/atproto-did, or the status in its place. */
  readonly wellKnown?: string | number;
}

/** Everything that handle resolution needs: the DNS and the host of the handle as told, the directory on loopback. */
function world(owner: TestOwner, { txt = [], wellKnown = 404 }: Answers) {
  const outbound = createOutbound({ privateHosts: [owner.plcHost] });
  const asked: string[] = [];
  const fetch: Fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.startsWith('https://')) return outbound(input, init);
    asked.push(url);
    return typeof wellKnown === 'string' ? new Response(wellKnown) : new Response('', { status: wellKnown });
  };
  const resolveTxt = async (name: string) => {
    asked.push(name);
    return txt;
  };
  return { fetch, resolveTxt, plcUrl: owner.plcUrl, asked };
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

test('the host is also asked where DNS fails', async () => {
  await using owner = await startOwner({ handle: 'alice.example.com' });
  const answers = world(owner, { wellKnown: owner.did });
  const failing = { ...answers, resolveTxt: () => Promise.reject(new Error('ETIMEOUT')) };
  expect(await resolveHandle('alice.example.com', failing)).toBe(owner.did);
});

test('an identity that does not claim the handle is refused', async () => {
  await using owner = await startOwner({ handle: 'alice.example.com' });
  const answers = world(owner, { txt: [`did=${owner.did}`] });
  expect(await rejectionOf(resolveHandle('bob.example.com', answers))).toMatchObject({
    code: 'IdentityUnresolved',
    message: `The handle bob.example.com could not be resolved: it leads to ${owner.did}, but that identity calls itself alice.example.com.`,
  });
});

test('two different DIDs in DNS are refused, the same one twice is not', async () => {
  await using owner = await startOwner({ handle: 'alice.example.com' });
  const twice = world(owner, { txt: [`did=${owner.did}`, `did=${owner.did}`] });
  expect(await resolveHandle('alice.example.com', twice)).toBe(owner.did);
  const two = world(owner, { txt: [`did=${owner.did}`, `did=${stranger}`], wellKnown: owner.did });
  const error = await rejectionOf(resolveHandle('alice.example.com', two));
  expect(error.message).toContain('DNS has 2 different DIDs');
});

test('where neither knows it, both are named', async () => {
  await using owner = await startOwner();
  const error = await rejectionOf(resolveHandle('alice.example.com', world(owner, { txt: ['did=me'] })));
  expect(error.message).toBe(
    'The handle alice.example.com could not be resolved: "me" in DNS at _atproto.alice.example.com is not a DID ' +
      'of atproto, and https://alice.example.com/.well-known/atproto-did answered with status 404.',
  );
});

test.each([
  '',
  'alice',
  'alice..com',
  '-a.com',
  'alice.1',
  'al ice.com',
  `${'a.'.repeat(126)}com`,
  'a.com/x',
])('"%s" is not a handle', async (text) => {
  await using owner = await startOwner();
  const answers = world(owner, {});
  expect(await rejectionOf(resolveHandle(text, answers))).toMatchObject({ code: 'InvalidRequest' });
  expect(answers.asked).toEqual([]);
});
