import { describe, expect, test } from 'bun:test';
import { Configuration } from '../../../src/configuration.ts';
import { askServer } from '../../../src/core/control.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { run as status } from '../../../src/features/status/command.ts';
import { tellServer } from '../../../src/features/publish/tell-server.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { eventually } from '../../support/eventually.ts';
import { recordAnswer, startFakePds, type FakePds } from '../../support/fake-pds.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failureOf } from '../../support/rejection.ts';
import { Served } from '../../support/served.ts';

const soonMs = 6_000;
const laterMs = 12 * 60_000;

/** An owner whose record names `host` as the test sets it; undefined where there is none. */
async function startPds() {
  const record = { host: 'sync.example.com' as unknown };
  const pds: FakePds = await startFakePds({
    'com.atproto.repo.getRecord': () =>
      record.host === undefined
        ? Response.json({ error: 'RecordNotFound', message: 'no such record' }, { status: 400 })
        : recordAnswer(pds.owner.did, { $type: 'xyz.groundmist.sync', host: record.host }),
  });
  return { pds, record, [Symbol.asyncDispose]: () => pds[Symbol.asyncDispose]() };
}

/** Of a command on this data directory. */
function contextOf(dataDirectory: string) {
  const configuration = new Configuration({ flags: {}, environment: { DATA_DIR: dataDirectory } });
  return { configuration, signal: new AbortController().signal };
}

function publicReady(served: Served): Promise<unknown> {
  return served.ask({ start: 'GET /ready' }).then(({ body }) => JSON.parse(body) as unknown);
}

function ask(served: Served, path: '/ready' | '/status'): Promise<Readonly<Record<string, unknown>>> {
  const socket = controlSocketPath(served.composed.dataDirectory);
  return askServer(socket, { method: 'GET', path }) as Promise<Readonly<Record<string, unknown>>>;
}

describe('a server whose record', () => {
  test('names it says so, in all places', async () => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it has looked', () => served.stderr.includes('names this server: apps find it'));
    expect(await publicReady(served)).toEqual({ status: 'ready' });
    expect(await ask(served, '/ready')).toMatchObject({
      reasons: [],
      publish: { state: 'this-server', ageSeconds: 0 },
    });
    expect(await served.run(status)).toContain('published  apps find this server, looked at 0 s ago');
  });

  test('names another host warns in log, status and /ready, and is ready all the same', async () => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it has looked', () => served.stderr.includes('names this server: apps find it'));
    world.record.host = 'evil.example.com';
    served.composed.clock.advance(laterMs);
    const sentence = 'The public record sends your apps to evil.example.com and not to this server';
    await eventually('it warns', () => served.stderr.includes(sentence));
    expect(served.stderr).toContain('"level":"warning"');
    expect(await publicReady(served)).toEqual({ status: 'ready' });
    expect(await ask(served, '/ready')).toMatchObject({
      publish: { state: 'another-host', ageSeconds: 0 },
      reasons: [],
      warnings: [expect.stringContaining(sentence)],
    });
    expect(await ask(served, '/status')).toMatchObject({
      isReady: true,
      problems: [expect.stringContaining(sentence)],
      publish: { state: 'another-host', host: 'evil.example.com' },
    });
    expect((await failureOf(served.run(status))).kind.exit).toBe(3);
  });

  test.each([
    ['a URL', 'https://evil.example.com/'],
    ['what a terminal obeys', '\u001b]0;own\u0007.example.com'],
    ['what turns text around', 'evil\u202e.example.com'],
    ['a list', ['sync.example.com']],
    ['no end', 'x'.repeat(50_000)],
  ])('names %s names no host, and is quoted nowhere', async (_what, host) => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    world.record.host = host;
    served.composed.clock.advance(soonMs);
    await eventually('it warns', () => served.stderr.includes('names no host that apps can use'));
    const said = served.stderr + JSON.stringify([await ask(served, '/status'), await ask(served, '/ready')]);
    for (const part of ['evil', '0;own', 'xxxxx', '\u001b', '\u202e']) expect(said).not.toContain(part);
    expect(await ask(served, '/status')).toMatchObject({ publish: { state: 'no-usable-host', host: null } });
  });

  test('is not there has not been published, and no problem', async () => {
    await using world = await startPds();
    world.record.host = undefined;
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it has looked', () => served.stderr.includes('Nothing is published'));
    expect(await ask(served, '/status')).toMatchObject({ problems: [], publish: { state: 'nothing' } });
    expect(await served.run(status)).toContain('published  not published; `groundmist publish`');
  });

  test('cannot be had knows nothing, and warns of nothing', async () => {
    await using world = await startPds();
    world.pds.owner.outage(true);
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it has looked', () => served.stderr.includes('cannot be looked at for now'));
    expect(served.stderr).not.toContain('"level":"warning"');
    expect(await ask(served, '/ready')).toMatchObject({ warnings: [], publish: { state: 'unknown' } });
  });
});

describe('what does not end by itself is a warning, and leaves the exit code alone', () => {
  test('an identity that was given up', async () => {
    await using world = await startPds();
    world.pds.owner.giveUp();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it warns', () => served.stderr.includes('"level":"warning"'));
    const screen = await served.run(status);
    expect(screen).toContain('! Your public record could not be looked at since');
    expect(screen).toContain('published  could not be looked at since');
    expect(await ask(served, '/status')).toMatchObject({
      problems: [],
      publish: { state: 'unknown', missed: { why: expect.stringContaining('given up') } },
    });
  });

  test('an account that is not active', async () => {
    await using pds = await startFakePds({
      'com.atproto.sync.getRepoStatus': () => Response.json({ active: false, status: 'deactivated' }),
    });
    await using served = await Served.start({ owner: pds.owner, environment: pds.environment() });
    served.composed.clock.advance(soonMs);
    await eventually('it warns', () => served.stderr.includes('Your account is deactivated at'));
    expect(await ask(served, '/ready')).toMatchObject({
      warnings: [expect.stringContaining('Activate the account again')],
      publish: { state: 'unknown' },
    });
  });
});

describe('after a change of the record', () => {
  test('the command has the running server look at once', async () => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    const context = contextOf(served.composed.dataDirectory);
    for (const [host, state] of [
      ['evil.example.com', 'another-host'],
      ['sync.example.com', 'this-server'],
      [undefined, 'gone'],
    ]) {
      world.record.host = host;
      await tellServer(context);
      expect(await ask(served, '/ready')).toMatchObject({ publish: { state } });
    }
  });

  test('a record that another app took away is a warning until the owner says that it was meant', async () => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    const context = contextOf(served.composed.dataDirectory);
    await tellServer(context);
    world.record.host = undefined;
    await tellServer(context);
    expect(served.stderr).toContain('The public record is gone since');
    const screen = await served.run(status);
    expect(screen).toContain('! The public record is gone since');
    expect(screen).toContain('published  the record is gone, looked at');
    expect(await ask(served, '/ready')).toMatchObject({
      reasons: [],
      warnings: [expect.stringContaining('`groundmist publish` writes it again')],
    });
    await tellServer({ ...context, options: { remove: true } });
    expect(await ask(served, '/ready')).toMatchObject({ publish: { state: 'nothing' } });
    expect(await ask(served, '/ready')).toMatchObject({ warnings: [] });
  });

  test('the server asks the PDS that the account has moved to, and not the one that it knows', async () => {
    await using world = await startPds();
    world.record.host = 'evil.example.com';
    await using moved = await startPds();
    const environment = {
      ...world.pds.environment(),
      GROUNDMIST_PRIVATE_HOSTS: [world.pds.host, moved.pds.host, world.pds.owner.plcHost].join(','),
    };
    await using served = await Served.start({ owner: world.pds.owner, environment });
    served.composed.clock.advance(soonMs);
    await eventually('it has looked', () => served.stderr.includes('sends your apps to evil.example.com'));
    served.composed.clock.advance(60_000);
    world.pds.owner.moveTo(`http://${moved.pds.host}`);
    await tellServer(contextOf(served.composed.dataDirectory));
    expect(await ask(served, '/ready')).toMatchObject({ publish: { state: 'this-server' } });
  });

  test('the network cannot make it look', async () => {
    await using world = await startPds();
    await using served = await Served.start({ owner: world.pds.owner, environment: world.pds.environment() });
    expect((await served.ask({ start: 'POST /publish/look' })).status).toBe(404);
    expect(world.pds.called).toEqual([]);
  });

  test('there is nobody to tell where no server runs', async () => {
    using folder = temporaryFolder();
    await tellServer(contextOf(folder.path));
  });
});

test.each(['localhost:3031', '127.0.0.1:3031', '[::1]:3031'])(
  'a server that only this machine reaches (GROUNDMIST_HOST=%s) asks nobody and says nothing of it',
  async (host) => {
    await using world = await startPds();
    const environment = { ...world.pds.environment(), GROUNDMIST_HOST: host };
    await using served = await Served.start({ owner: world.pds.owner, environment });
    served.composed.clock.advance(laterMs);
    await tellServer(contextOf(served.composed.dataDirectory));
    expect(world.pds.called).toEqual([]);
    expect(world.pds.owner.requests()).toBe(0);
    expect(await ask(served, '/status')).toMatchObject({ problems: [], publish: null });
    expect(await ask(served, '/ready')).not.toHaveProperty('publish');
  },
);

test('a server that stops in the middle of a look does not wait for it', async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  await using pds = await startFakePds({
    'com.atproto.repo.getRecord': (request) => {
      asked.resolve(request.signal);
      return new Promise(() => {});
    },
  });
  const server = await ComposedServer.start({ owner: pds.owner, environment: pds.environment() });
  server.clock.advance(soonMs);
  const signal = await asked.promise;
  await server[Symbol.asyncDispose]();
  await eventually('the request has ended', () => signal.aborted);
});
