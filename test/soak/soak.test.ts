import { expect, test } from 'bun:test';
import { join } from 'node:path';

const seconds = 6;
/** A bound for what hangs. */
const patienceMs = 180_000;
const isLinux = process.platform === 'linux';

async function soak(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const script = join(import.meta.dir, 'run.ts');
  const child = Bun.spawn([process.execPath, '--no-env-file', script, ...args], {
    env: { ...process.env, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, talk] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { exitCode: child.exitCode, out, talk };
}

/** The long form of it, and what came of that, is in docs/operations/soak.md. */
test.if(isLinux)(
  'some seconds of a soak end with everybody having the same, and nothing lost',
  async () => {
    const { exitCode, out, talk } = await soak(['--seconds', String(seconds)]);
    console.log(`      (${talk.split('\n')[0]})`);
    const why = exitCode === 0 ? '' : `${talk}${out}`;
    expect({ exitCode, why }).toEqual({ exitCode: 0, why: '' });
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      ok: true,
      options: { seconds },
    });
  },
  patienceMs,
);

test.if(isLinux)('a soak that cannot begin says so and fails', async () => {
  const { exitCode, out, talk } = await soak(['--seconds', '1'], { TMPDIR: '/dev/null' });
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  expect(talk).toContain('The soak could not be run: ');
});

test('words that are no run are answered with what is', async () => {
  const { exitCode, out, talk } = await soak(['--bogus']);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(talk).toContain('--bogus');
  expect(talk).toContain('bun run soak [--minutes <n>');
  expect(await soak(['--help'])).toMatchObject({ exitCode: 0, out: expect.stringContaining('--store') });
});
