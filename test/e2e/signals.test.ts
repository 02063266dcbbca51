import { afterAll, beforeAll, expect, test } from 'bun:test';
import { temporaryFolder } from '../support/folder.ts';
import { Binary } from './binary.ts';

const env = {
  ATPROTO_DID: 'did:web:example.com',
  GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
  PORT: '0',
  GROUNDMIST_METRICS: 'off',
  GROUNDMIST_HOST: 'sync.example.com',
};

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

/** Reads on until `text` was said. */
async function heard(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  let said = '';
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    said += decoder.decode(bytes, { stream: true });
    if (said.includes(text)) return;
  }
  throw new Error(`It never said "${text}", only:\n${said}`);
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops the server in order', async (signal) => {
  using folder = temporaryFolder();
  const child = binary.start(['serve'], { cwd: folder.path, env });
  await heard(child.stderr, 'Next: ');
  child.kill(signal);
  expect(await child.exited).toBe(0);
  expect(child.signalCode).toBeNull();
});

test('serve warns of a name that nothing reads, and starts', async () => {
  using folder = temporaryFolder();
  const child = binary.start(['serve'], { cwd: folder.path, env: { ...env, GROUNDMIST_HOTS: 'x' } });
  await heard(child.stderr, 'GROUNDMIST_HOTS in the environment is not a setting of this version.');
  child.kill('SIGKILL');
  await child.exited;
});

test('a server that was started to outlive its terminal (nohup) stays when that closes', async () => {
  using folder = temporaryFolder();
  const shell = ['sh', '-c', `trap '' HUP; exec "$0" serve`, binary.path];
  const child = Bun.spawn(shell, { cwd: folder.path, env, stdout: 'ignore', stderr: 'pipe' });
  await heard(child.stderr, 'Next: ');
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  expect(await child.exited).toBe(0);
});
