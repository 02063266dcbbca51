import { join } from 'node:path';
import { readLines } from '../../support/child-lines.ts';
import { usageOf } from '../servers/process-tree.ts';
import type { Limit } from './limit.ts';

const sockets = 4;
const inFlight = 64;
const messages = 200_000;
const messageBytes = 200;

/** What Bun's WebSocket takes for a message that comes and goes. */
export async function echoLimit(): Promise<Limit> {
  const child = Bun.spawn([process.execPath, '--no-env-file', join(import.meta.dir, '../echo-server.ts')], {
    stdin: 'ignore',
    stdout: 'pipe',
  });
  try {
    const { value: port } = await readLines(child.stdout).next();
    const before = usageOf(child.pid).cpuMs;
    const load = (): Promise<void> => exchange(`ws://127.0.0.1:${String(port)}/`, messages / sockets);
    await Promise.all(Array.from({ length: sockets }, load));
    const cpuMs = usageOf(child.pid).cpuMs - before;
    return { measure: 'CPU of an echo on Bun’s WebSocket', value: (1000 * cpuMs) / messages, unit: 'µs' };
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
}

function exchange(url: string, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const message = new Uint8Array(messageBytes);
    let sent = 0;
    let received = 0;
    const send = (): void => {
      if (sent++ < count) socket.send(message);
    };
    socket.addEventListener('open', () => {
      for (let left = inFlight; left > 0; left -= 1) send();
    });
    socket.addEventListener('message', () => {
      received += 1;
      send();
      if (received === count) resolve(socket.terminate());
    });
    socket.addEventListener('error', () => reject(new Error('the echo server refused the socket')));
  });
}
