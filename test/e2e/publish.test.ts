import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { startFakePds } from '../support/fake-pds.ts';
import { Binary } from './binary.ts';

/** A bound for what hangs: other processes answer here. */
setDefaultTimeout(60_000);

const password = 'abcd-efgh-ijkl-mnop';
const question = 'App password of your account';

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

/** Types `keys` once the password is asked for. */
function typing(keys: string): (shown: string) => string | undefined {
  let isTyped = false;
  return (shown) => {
    if (isTyped || !shown.includes(question)) return undefined;
    isTyped = true;
    return keys;
  };
}

async function publish(pds: Awaited<ReturnType<typeof startFakePds>>, keys: string) {
  const { ATPROTO_APP_PASSWORD: _, ...env } = pds.environment();
  return binary.runOnTerminal(['publish', '--skip-check'], typing(keys), { env });
}

test('a person is asked for the app password, which is not shown', async () => {
  await using pds = await startFakePds();
  const { exitCode, shown } = await publish(pds, `${password}\r`);
  expect(shown).toContain('Published sync.example.com');
  expect(exitCode).toBe(0);
  expect(pds.passwords).toEqual([password]);
  expect(shown).not.toContain(password);
  expect(shown).not.toContain('efgh');
});

test('a person who leaves at the question has published nothing', async () => {
  await using pds = await startFakePds();
  const { exitCode } = await publish(pds, '\u0003');
  expect(exitCode).toBe(130);
  expect(pds.called).toEqual([]);
});

test('without a person and without a password it says how to give one', async () => {
  await using pds = await startFakePds();
  const env = { ...pds.environment(), ATPROTO_APP_PASSWORD: '' };
  const { exitCode, stdout, stderr } = await binary.run(['publish', '--skip-check'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('use --password-stdin or set ATPROTO_APP_PASSWORD');
  expect(pds.called).toEqual([]);
});

test('a host that is not this server is not published', async () => {
  await using pds = await startFakePds();
  using other = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('<html>') });
  const env = {
    ...pds.environment(),
    GROUNDMIST_HOST: `localhost:${other.port}`,
    GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
  };
  const { exitCode, stdout, stderr } = await binary.run(['publish'], { env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain(`Apps would not find this server at localhost:${other.port}`);
  expect(pds.called).toEqual([]);
});
