import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import * as Automerge from '@automerge/automerge';
import { FrameReader, encodeFrame, type Frame } from '../../src/core/fence/frame.ts';
import { childArgument } from '../../src/core/fence/request.ts';
import { loadAutomerge } from '../../src/core/automerge.ts';
import { ownCommand } from '../../src/platform/executable.ts';
import { openFence } from '../support/fence.ts';
import { nicenessOf } from '../support/process-session.ts';
import { Binary } from './binary.ts';

await loadAutomerge();

let binary: Binary;
beforeAll(() => {
  binary = new Binary();
});
afterAll(() => binary[Symbol.dispose]());

const chunk = Automerge.save(Automerge.from({ a: 1 }));

async function* readFrames(stream: ReadableStream<Uint8Array>): AsyncGenerator<Frame, undefined> {
  const reader = new FrameReader();
  for await (const bytes of stream) yield* reader.push(bytes);
  return undefined;
}

test('the binary is its own child, with no node_modules in reach', async () => {
  await using fence = openFence({ command: [binary.path] });
  expect((await fence.open(chunk, 'awaited')).kind).toBe('opened');
  expect((await fence.open(chunk.subarray(0, -1), 'awaited')).kind).toBe('refused');
});

describe.each(['the binary', 'the source'])('a child of %s', (which) => {
  const start = () =>
    Bun.spawn([...(which === 'the binary' ? [binary.path] : ownCommand()), childArgument], {
      cwd: '/',
      env: {},
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
    });

  test.if(process.platform === 'linux')('stands back behind others', async () => {
    const child = start();
    expect((await readFrames(child.stdout).next()).done).toBe(false);
    expect(nicenessOf(child.pid)).toBeGreaterThan(nicenessOf(process.pid));
    expect(readFileSync(`/proc/${child.pid}/oom_score_adj`, 'utf8').trim()).toBe('1000');
    await child.stdin.end();
    await child.exited;
  });

  test('goes on through signals, ends with its stdin, and says nothing beside its answers', async () => {
    const child = start();
    const frames = readFrames(child.stdout);
    expect((await frames.next()).value?.number).toBe(0);
    for (const [number, signal] of (['SIGTERM', 'SIGINT', 'SIGTERM', 'SIGINT'] as const).entries()) {
      child.kill(signal);
      await child.stdin.write(encodeFrame({ number, kind: 0, parts: [chunk] }));
      await child.stdin.flush();
      expect((await frames.next()).value?.number).toBe(number);
    }
    await child.stdin.end();
    expect(await child.exited).toBe(0);
    expect((await frames.next()).done).toBe(true);
    expect(await new Response(child.stderr).text()).toBe('');
  });
});

test('nobody is told of it', async () => {
  for (const args of [['--help'], ['completion', 'bash'], ['completion', 'zsh'], ['completion', 'fish']]) {
    expect((await binary.run(args)).stdout).not.toContain(childArgument);
  }
});
