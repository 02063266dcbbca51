import { describe, expect, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { controlSocketPath } from '../../../src/core/store/layout.ts';
import { run } from '../../../src/features/publish/command.ts';
import { runCommand, type CommandRun } from '../../support/command.ts';
import { recordAnswer, startFakePds, type Answers } from '../../support/fake-pds.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { record } from '../../support/publish-to.ts';
import { rejectionOf } from '../../support/rejection.ts';

const putRecord = 'com.atproto.repo.putRecord';
const getRecord = 'com.atproto.repo.getRecord';
const deleteRecord = 'com.atproto.repo.deleteRecord';
const mayBeWritten = 'The record may have been written: look with `groundmist publish --show`.';
const mayBeRemoved = 'The record may have been removed: look with `groundmist publish --show`.';
const theirs = { $type: 'xyz.groundmist.sync', host: 'elsewhere.example.com' };
const badGateway = (): Response => new Response('bad gateway', { status: 502 });

/** Runs it into a failure beside a server of the same data directory; what was said, and what the server was told. */
async function failing(answers: Answers, more: CommandRun = {}) {
  using folder = temporaryFolder();
  const told: string[] = [];
  const unix = controlSocketPath(folder.path);
  mkdirSync(dirname(unix));
  const fetch = ({ url }: Request): Response => {
    told.push(new URL(url).pathname);
    return Response.json({});
  };
  using server = Bun.serve({ unix, fetch });
  await using pds = await startFakePds(answers);
  const said: string[] = [];
  const heard = (note: string): void => void said.push(note);
  const environment = { ...pds.environment(), DATA_DIR: folder.path };
  const options = { skipCheck: true, ...more.options };
  const error = await rejectionOf(runCommand(run, { heard, environment, ...more, options }));
  expect(server).toBeDefined();
  return { error, said: said.join('\n'), told, called: pds.called };
}

/** The first look sees `before`, later ones `after`. */
function looks(before: () => Response, after: () => Response) {
  let count = 0;
  return { [getRecord]: () => (count++ === 0 ? before() : after()) };
}

const nothing = (): Response => Response.json({ error: 'RecordNotFound' }, { status: 400 });

describe('where nobody knows whether the record was written, the person learns that, and the server looks:', () => {
  test.each<[string, Answers]>([
    ['the answer was lost', { [putRecord]: badGateway }],
    ['it could not be read back', looks(nothing, badGateway)],
    ['another one is read back', looks(nothing, () => recordAnswer('did:plc:x', theirs))],
  ])('%s', async (_what, answers) => {
    const { error, said, told } = await failing(answers);
    expect(error).toMatchObject({ code: 'PdsUnavailable' });
    expect(said).toContain(mayBeWritten);
    expect(told).toEqual(['/publish/look']);
  });

  test.each([putRecord, getRecord])('Ctrl-C during %s', async (method) => {
    const interruption = new AbortController();
    const interrupt = () => {
      interruption.abort(new Error('Ctrl-C'));
      return new Promise<never>(() => {});
    };
    let count = 0;
    const answers: Answers = {
      [getRecord]: () => (count++ === 0 ? nothing() : interrupt()),
      ...(method === putRecord && { [putRecord]: interrupt }),
    };
    const { error, said, told, called } = await failing(answers, { signal: interruption.signal });
    expect(error.message).toBe('Ctrl-C');
    expect(said).toContain(mayBeWritten);
    expect(told).toEqual(['/publish/look']);
    expect(called.at(-1)).toBe('com.atproto.server.deleteSession');
  });
});

test('where the PDS says no, nothing may have been written', async () => {
  const no = (): Response => Response.json({ error: 'InvalidSwap' }, { status: 400 });
  const { error, said, told } = await failing({ [putRecord]: no });
  expect(error).toMatchObject({ code: 'RecordChanged' });
  expect(said).not.toContain('may have been');
  expect(told).toEqual([]);
});

test('a PDS that says the record is gone, and still gives it, is not believed', async () => {
  const there = (): Response => recordAnswer('did:plc:x', record);
  const { error, said, told } = await failing(looks(there, there), { options: { remove: true } });
  expect(error).toMatchObject({ code: 'PdsUnavailable' });
  expect(error.message).toContain('still gives it');
  expect(said).toContain(mayBeRemoved);
  expect(told).toEqual(['/publish/look']);
});

test('a removal whose answer was lost may have been made', async () => {
  const there = (): Response => recordAnswer('did:plc:x', record);
  const answers = { ...looks(there, there), [deleteRecord]: badGateway };
  const { said, told } = await failing(answers, { options: { remove: true } });
  expect(said).toContain(mayBeRemoved);
  expect(told).toEqual(['/publish/look']);
});

test('a running server that does not answer was not told, which is said', async () => {
  using folder = temporaryFolder();
  const unix = controlSocketPath(folder.path);
  mkdirSync(dirname(unix));
  using mute = Bun.listen({ unix, socket: { data: (socket) => void socket.end() } });
  await using pds = await startFakePds();
  const environment = { ...pds.environment(), DATA_DIR: folder.path };
  const { results, notes } = await runCommand(run, { environment, options: { skipCheck: true } });
  expect(mute).toBeDefined();
  expect(results.join()).toContain('Published');
  expect(notes.join('\n')).toContain('The running server could not be told');
});
