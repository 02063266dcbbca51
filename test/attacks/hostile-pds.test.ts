import { describe, expect, test } from 'bun:test';
import { run } from '../../src/features/publish/command.ts';
import { readPublished } from '../../src/core/discovery/published-record.ts';
import { createOutbound } from '../../src/platform/outbound.ts';
import { runCommand, type CommandRun } from '../support/command.ts';
import { recordAnswer, sessionOf, startFakePds, type FakePds } from '../support/fake-pds.ts';
import { rejectionOf } from '../support/rejection.ts';

const stranger = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa';
const getRecord = 'com.atproto.repo.getRecord';
const putRecord = 'com.atproto.repo.putRecord';
const createSession = 'com.atproto.server.createSession';

function publish(pds: FakePds, options: CommandRun['options'] = { skipCheck: true }) {
  return runCommand(run, { options, environment: pds.environment() });
}

test('the stand-in is honest where nobody says otherwise', async () => {
  await using pds = await startFakePds();
  expect((await publish(pds)).results.join()).toContain('Published sync.example.com');
  const called = [getRecord, createSession, putRecord, getRecord, 'com.atproto.server.deleteSession'];
  expect(pds.called).toEqual(called);
});

describe('a PDS whose answer is', () => {
  const json = { 'content-type': 'application/json' };
  const mebibyte = new Uint8Array(1024 * 1024);
  const pour = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(mebibyte),
      }),
    );
  const notPds = 'does not speak as a PDS does';
  test.each<[string, () => Response, string]>([
    ['endless', pour, 'answered with more than 65536 bytes'],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), notPds],
    ['a page that says JSON', () => new Response('<html>', { headers: json }), notPds],
    ['JSON of another kind', () => Response.json(['x']), notPds],
    ['a redirect', () => Response.redirect('https://elsewhere.example.com/'), 'redirect'],
    ['an error', () => Response.json({ error: 'Nope' }, { status: 500 }), 'answered'],
  ])('%s is one sentence, and nothing is written', async (_what, answer, sentence) => {
    for (const method of [createSession, getRecord]) {
      await using pds = await startFakePds({ [method]: answer });
      const error = await rejectionOf(publish(pds, { skipCheck: true, dryRun: method === getRecord }));
      expect(error).toMatchObject({ code: 'PdsUnavailable' });
      expect(error.message).toContain(sentence);
      expect(error.message).toContain(pds.host);
      expect(error.message.length).toBeLessThan(400);
      expect(pds.called).not.toContain(putRecord);
    }
  });

  test('late is given up', async () => {
    await using pds = await startFakePds({ [getRecord]: () => new Promise(() => {}) });
    const fetch = createOutbound({ privateHosts: [pds.host], timeoutMs: 50 });
    const place = { did: pds.owner.did, pds: new URL(`http://${pds.host}`), fetch };
    expect(await rejectionOf(readPublished(place))).toMatchObject({
      code: 'PdsUnavailable',
      message: `Your PDS could not be asked: ${pds.host} gave no complete answer within 0.05 s.`,
    });
  });
});

describe('a PDS that lies', () => {
  test('about whose session it is writes nothing, and the password went nowhere else', async () => {
    await using pds = await startFakePds({
      [createSession]: () => Response.json(sessionOf(stranger)),
    });
    const error = await rejectionOf(publish(pds));
    expect(error).toMatchObject({ code: 'LoginRefused', kind: { exit: 4 } });
    expect(error.message).toContain(stranger);
    expect(pds.called).toEqual([getRecord, createSession, 'com.atproto.server.deleteSession']);
  });

  test('about having written is found out by reading back', async () => {
    for (const [value, shown] of [
      [{ $type: 'xyz.groundmist.sync', host: 'evil.example.com' }, 'evil.example.com'],
      [{ $type: 'xyz.groundmist.sync', host: '\u001b]0;owned\u0007' }, 'none'],
    ] as const) {
      await using pds = await startFakePds({ [getRecord]: () => recordAnswer(pds.owner.did, value) });
      const error = await rejectionOf(publish(pds));
      expect(error).toMatchObject({ code: 'PdsUnavailable' });
      expect(error.message).toContain(`gives another one back (${shown})`);
    }
  });

  test('about where the account lives is not listened to: what the identity names gets the session', async () => {
    const asked: string[] = [];
    using victim = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => {
        asked.push(request.url);
        return Response.json({});
      },
    });
    const service = {
      id: '#atproto_pds',
      type: 'AtprotoPersonalDataServer',
      serviceEndpoint: `http://127.0.0.1:${victim.port}`,
    };
    await using pds = await startFakePds({
      [createSession]: () => {
        const { did } = pds.owner;
        return Response.json({ ...sessionOf(did), didDoc: { id: did, service: [service] } });
      },
    });
    expect((await publish(pds)).results.join()).toContain('Published');
    expect(asked).toEqual([]);
  });
});

describe('what a PDS says cannot command a terminal', () => {
  const escape = '\u001b[2J\u001b]52;c;eA==\u0007\u202e\r\n';

  test('in an error', async () => {
    const answer = () => Response.json({ error: 'InvalidRequest', message: `a${escape}b` }, { status: 400 });
    for (const method of [createSession, getRecord]) {
      await using pds = await startFakePds({ [method]: answer });
      const { message } = await rejectionOf(publish(pds, { dryRun: method === getRecord, skipCheck: true }));
      expect(message).not.toMatch(/[\p{C}]/u);
      expect(message).toContain('a [2J ]52;c;eA== b');
    }
  });

  test('as the host of the record', async () => {
    const value = { $type: 'xyz.groundmist.sync', host: `sync.example.com${escape}` };
    await using pds = await startFakePds({ [getRecord]: () => recordAnswer(pds.owner.did, value) });
    const [shown] = (await publish(pds, { show: true })).results;
    expect(shown).toStartWith('(a record that names no usable host)\n');
    const [printed = ''] = (await publish(pds, { show: true, json: true })).results;
    expect(JSON.parse(printed)).toMatchObject({ isPublished: true, host: null });
  });

  test('as the id of what was written', async () => {
    const cid = `bafy${escape}`;
    const value = { $type: 'xyz.groundmist.sync', host: 'sync.example.com' };
    await using pds = await startFakePds({
      [putRecord]: () => Response.json({ uri: 'at://x', cid }),
      [getRecord]: () => Response.json({ uri: 'at://x', cid, value }),
    });
    const error = await rejectionOf(publish(pds, { skipCheck: true, json: true }));
    expect(error).toMatchObject({ code: 'PdsUnavailable' });
    expect(error.message).not.toMatch(/\p{C}/u);
  });
});
