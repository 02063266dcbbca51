import { expect, test } from 'bun:test';
import { Configuration } from '../../../src/configuration.ts';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import type { CommandContext } from '../../../src/feature.ts';
import { appFeature } from '../../../src/features/app/feature.ts';
import type { Listing } from '../../../src/features/app/listing.ts';
import { showAccess } from '../../../src/features/app/show-access.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { credentialsOf } from '../../support/access.ts';
import { ComposedServer } from '../../support/composed-server.ts';
import { makeTestKey } from '../../support/proof.ts';
import type { Terminal } from '../../../src/platform/terminal.ts';
import { rejectionOf } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { recordingTerminal } from '../../support/terminal.ts';
import { byItself } from '../../support/by-itself.ts';

type Given = Partial<Pick<CommandContext, 'arguments' | 'options'>> & {
  readonly terminal?: Partial<Terminal>;
};

/** Runs one of the commands against the data directory; what it printed. */
async function runCommand(dataDirectory: string, name: string, given: Given = {}): Promise<string> {
  const terminal = recordingTerminal({ width: 200, ...given.terminal });
  const command = appFeature.commands?.find((one) => one.name === name);
  const run = await command?.load();
  await run?.({
    arguments: {},
    options: {},
    ...given,
    terminal,
    configuration: new Configuration({ flags: {}, environment: { DATA_DIR: dataDirectory } }),
    features: [],
    ...byItself,
    signal: new AbortController().signal,
  });
  return terminal.output();
}

/** A server with its control socket, and one app that waits. */
async function startWithWaiting(origin = 'https://app.example') {
  const server = await ComposedServer.start();
  const control = Bun.serve({
    unix: controlSocketPath(server.dataDirectory),
    fetch: (request) => server.groundmist.control(request),
  });
  const key = await makeTestKey();
  const answer = server.signIn({ key, origin, headers: { 'user-agent': 'Browser/1' } });
  const id = await server.nextApproval();
  return {
    server,
    key,
    answer,
    id,
    run: (name: string, given?: Given) => runCommand(server.dataDirectory, name, given),
    async [Symbol.asyncDispose]() {
      await control.stop(true);
      await server[Symbol.asyncDispose]();
    },
  };
}

const json = { json: true };

test('`app list --json` has the waiting app, `app approve` lets it in, and then it is listed', async () => {
  await using world = await startWithWaiting();
  const { id, run } = world;
  const askedAt = new Date(world.server.clock.now()).toISOString();
  expect(JSON.parse(await run('app list', { options: json }))).toEqual({
    approvals: [
      {
        id,
        namespace: 'xyz.groundmist.library',
        app: { kind: 'unverified', name: 'https://app.example', metadata: null },
        origin: 'https://app.example',
        userAgent: 'Browser/1',
        address: '127.0.0.1',
        askedAt,
      },
    ],
    apps: [],
  });
  expect(await run('app approve', { arguments: { id } })).toBe(
    'https://app.example (says so itself) may read and write xyz.groundmist.library.\n',
  );
  expect((await world.answer).status).toBe(200);
  expect(JSON.parse(await run('app list', { options: json }))).toEqual({
    approvals: [],
    apps: [
      {
        kind: 'unverified',
        name: 'https://app.example',
        metadata: null,
        account: world.server.owner.did,
        remembered: [],
        devices: [
          {
            id: expect.any(String),
            origin: 'https://app.example',
            userAgent: 'Browser/1',
            firstSeen: askedAt,
            lastSeen: askedAt,
            sessions: 1,
            sockets: 0,
            mustReload: false,
            access: [{ id, namespace: 'xyz.groundmist.library', permission: 'read-write' }],
          },
        ],
      },
    ],
  });
});

test('`app list` shows a person who waits, who is in, and what to type', async () => {
  await using world = await startWithWaiting();
  const waiting = await world.run('app list');
  expect(waiting).toContain('Waiting for your answer:');
  expect(waiting).toContain(world.id);
  expect(waiting).toMatch(/PAGE, AS IT SAYS +BROWSER, AS IT SAYS\n.*https:\/\/app\.example +Browser\/1\n/);
  expect(waiting).toContain('groundmist app approve <id>');
  await world.run('app approve', { arguments: { id: world.id }, options: { readOnly: true } });
  const listed = await world.run('app list');
  expect(listed).not.toContain('Waiting');
  expect(listed).toMatch(
    /https:\/\/app\.example \(says so itself\) +[0-9a-z]{6} +https:\/\/app\.example +xyz\.groundmist\.library +[0-9a-z]{6} +read only/,
  );
  expect(listed).toContain(world.id);
  expect(listed).toContain('groundmist app approve <approval>');
  expect(listed).toContain('groundmist app revoke <device>');
});

test('an app without a name is listed as that, and not as saying the id of its device', async () => {
  await using world = await startWithWaiting('null');
  await world.run('app approve', { arguments: { id: world.id } });
  const listed = await world.run('app list');
  expect(listed).toContain('an app without a name');
  expect(listed).not.toContain('says so itself');
  const { apps } = JSON.parse(await world.run('app list', { options: json })) as Listing;
  expect(apps[0]?.name).toBe(apps[0]?.devices[0]?.id ?? '');
});

test('a device that is connected is seen now', async () => {
  await using world = await startWithWaiting();
  await world.run('app approve', { arguments: { id: world.id } });
  const { core } = world.server.groundmist;
  const now = world.server.clock.now() + 86_400_000;
  const devices = core.access.list().apps.flatMap((app) => app.devices);
  const sockets = new Map(devices.map(({ id }) => [id, 1]));
  const present = { account: core.owner, names: core.clientNames, now };
  const shown = (open: typeof sockets) =>
    showAccess(core.access.list(), { ...present, sockets: open }).apps[0]?.devices[0]?.lastSeen;
  expect(shown(sockets)).toBe(new Date(now).toISOString());
  expect(shown(new Map())).not.toBe(new Date(now).toISOString());
});

test('`app approve --read-only` gives a session that may only read', async () => {
  await using world = await startWithWaiting();
  const printed = await world.run('app approve', {
    arguments: { id: world.id },
    options: { readOnly: true, ...json },
  });
  expect(JSON.parse(printed)).toMatchObject({ approval: { id: world.id, permission: 'read' } });
  const { token } = (await (await world.answer).json()) as { token: string };
  const { sessions } = world.server.groundmist.core;
  expect(sessions.verify(token, 'https://app.example', world.server.clock.now())?.permission).toBe('read');
});

test('`app deny` refuses the app that waits', async () => {
  await using world = await startWithWaiting();
  expect(await world.run('app deny', { arguments: { id: world.id } })).toContain(
    'may not sync xyz.groundmist.library',
  );
  expect((await world.answer).status).toBe(403);
});

test('`app revoke` takes it all back', async () => {
  await using world = await startWithWaiting();
  await world.run('app approve', { arguments: { id: world.id } });
  const { token } = (await (await world.answer).json()) as { token: string };
  const given = { arguments: { 'app-or-device': 'https://app.example' } };
  expect(await world.run('app revoke', given)).toContain('Cut off: https://app.example');
  const { sessions } = world.server.groundmist.core;
  expect(sessions.verify(token, 'https://app.example', world.server.clock.now())).toBeUndefined();
  expect(await world.run('app list')).toBe('No app may sync, and none waits for your answer.\n');
});

test('`app revoke` of one device says that its app is still remembered, and of the app says nothing of it', async () => {
  await using world = await startWithWaiting();
  const { core } = world.server.groundmist;
  const name = 'https://library.example/client.json';
  const wish = { namespace: parseNamespace('xyz.groundmist.library'), rootDocumentUrl: undefined };
  const enter = (key: string) =>
    core.access.ask(
      credentialsOf(key, { app: { kind: 'vouched', clientId: name } }),
      wish,
      new AbortController().signal,
    );
  const first = enter('laptop');
  const id = core.access.list().approvals.find(({ thumbprint }) => thumbprint === 'laptop')?.id ?? '';
  core.access.approve(id, { permission: 'read-write', remember: true });
  await Promise.all([first, enter('phone')]);
  const deviceIds = core.access.list().apps.flatMap(({ devices }) => devices.map((device) => device.id));
  const revoke = (what: string | undefined, options: Given['options'] = {}) =>
    world.run('app revoke', { arguments: { 'app-or-device': what ?? '' }, options });
  const sentence = await revoke(deviceIds[0]);
  expect(sentence).toContain(`A new device of ${name} still comes in without a question`);
  expect(sentence).toContain(`groundmist app revoke ${name}`);
  expect(JSON.parse(await revoke(deviceIds[1], json))).toMatchObject({ stillRemembered: [name] });
  expect(await revoke(name)).not.toContain('still');
});

test('an id that nobody has is not found, and the sentence says where to look', async () => {
  await using world = await startWithWaiting();
  for (const name of ['app approve', 'app deny']) {
    const failure = await rejectionOf(world.run(name, { arguments: { id: 'nobody' } }));
    expect(failure).toMatchObject({ code: 'NotFound' });
    expect(failure.message).toContain('groundmist app list');
  }
  const given = { arguments: { 'app-or-device': 'nobody' } };
  expect(await rejectionOf(world.run('app revoke', given))).toMatchObject({ code: 'NotFound' });
});

test('what an app says of itself reaches the terminal without its control characters', async () => {
  await using world = await startWithWaiting('https://a.example\u009b2J');
  for (const options of [{}, json]) {
    const printed = await world.run('app list', { options });
    expect(printed).not.toContain('\u009b');
    expect(printed).toContain('\\u009b2J');
  }
});

test('without a server every command says how to start one', async () => {
  using directory = temporaryFolder();
  for (const { name } of appFeature.commands ?? []) {
    const given = { arguments: { id: 'x', 'app-or-device': 'x' }, terminal: { isInteractive: true } };
    const failure = await rejectionOf(runCommand(directory.path, name, given));
    expect(failure).toMatchObject({ code: 'ServerUnreachable' });
    expect(failure.message).toContain('No groundmist runs on this data directory');
  }
});

test('`app pair` needs a person, and says what needs none', async () => {
  await using world = await startWithWaiting();
  const failure = await rejectionOf(world.run('app pair'));
  expect(failure).toMatchObject({ code: 'Usage' });
  expect(failure.message).toContain('groundmist app approve <id>');
});

test('`app approve --remember` of an app that nobody vouches for is refused, and it still waits', async () => {
  await using world = await startWithWaiting();
  const given = { arguments: { id: world.id }, options: { remember: true } };
  expect(await rejectionOf(world.run('app approve', given))).toMatchObject({ code: 'InvalidRequest' });
  expect(await world.run('app list')).toContain('Waiting for your answer:');
});

test('a page that keeps knocking with a token that has ended is to be reloaded', async () => {
  await using world = await startWithWaiting();
  await world.run('app approve', { arguments: { id: world.id } });
  const { token } = (await (await world.answer).json()) as { token: string };
  const { core } = world.server.groundmist;
  world.server.clock.advance(14 * 86_400_000);
  core.sessions.verify(token, 'https://app.example', world.server.clock.now());
  expect(await world.run('app list')).toContain('reload the app');
  expect(JSON.parse(await world.run('app list', { options: json }))).toMatchObject({
    apps: [{ devices: [{ mustReload: true }] }],
  });
  world.server.clock.advance(2 * 60_000);
  expect(await world.run('app list')).not.toContain('reload the app');
});

test('in a narrow terminal no line of `app list` is wider than it', async () => {
  await using world = await startWithWaiting();
  await world.run('app approve', { arguments: { id: world.id } });
  const listed = await world.run('app list', { terminal: { width: 60 } });
  expect(listed).toMatch(/^NAMESPACE +xyz\.groundmist\.library$/m);
  expect(Math.max(...listed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(66);
});
