import { ownCommand } from '../../src/platform/executable.ts';

/** One command of groundmist in a process of its own, from source. */
export function startCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return Bun.spawn([...ownCommand(), ...args], {
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
}
