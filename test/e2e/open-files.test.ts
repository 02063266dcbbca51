import { expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '../support/eventually.ts';
import { Installation } from './server.ts';

const limit = 128;
const ticksPerSecond = 100;

/** `man 5 proc_pid_stat`, after the name of the program. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

test.skipIf(process.platform !== 'linux')(
  'strangers who hold all connections there can be keep others out while they do, and end nothing',
  async () => {
    await using installation = await Installation.create();
    const server = await installation.serve({}, ['sh', '-c', `ulimit -n ${limit}; exec "$0" "$@"`]);
    const strangers: Socket[] = [];
    for (let count = 0; count < 2 * limit; count++) {
      strangers.push(connect(installation.port, '127.0.0.1').on('error', () => {}));
    }
    await eventually('it has no file left', () => readdirSync(`/proc/${server.pid}/fd`).length >= limit);
    // It goes on trying to accept, which takes a core: as much of it as passes several of its own timers.
    const before = cpuSeconds(server.pid);
    await eventually('its timers have come', () => cpuSeconds(server.pid) > before + 1.5);
    for (const stranger of strangers) stranger.destroy();
    const answer = await eventually('it answers again', () =>
      fetch(`${installation.url}/health`).catch(() => undefined),
    );
    expect(answer.status).toBe(200);
    expect(await server.stop()).toMatchObject({ exitCode: 0 });
  },
);
