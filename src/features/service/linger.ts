import { Failure } from '../../core/failure.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Terminal } from '../../platform/terminal.ts';
import type { Machine } from './machine.ts';

const patienceMs = 10_000;
const lookEveryMs = 50;

export function lingerCommand({ user }: Machine): readonly string[] {
  return ['loginctl', '--no-ask-password', 'enable-linger', user];
}

/** Has the person's systemd run from the start of the machine on, and not only while they are logged in. */
export async function keepLingering(
  machine: Machine,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const byRoot = `sudo loginctl enable-linger ${machine.user}`;
  if (!machine.isLingering()) {
    const { exitCode, errors } = await machine.run(lingerCommand(machine), signal);
    if (exitCode !== 0) {
      terminal.problem(
        `groundmist: The service will run only while ${machine.user} is logged in, for this machine does not let them say otherwise (${errors}). Type: ${byRoot}`,
      );
    }
  }
  for (const until = systemClock.elapsed() + patienceMs; !machine.hasOwnSystemd();) {
    signal.throwIfAborted();
    if (!machine.isLingering() || systemClock.elapsed() > until) {
      throw new Failure(
        'ServiceFailed',
        `The systemd of ${machine.user} does not run, as after \`su\` or \`sudo\`. Log in as ${machine.user} directly, or type \`${byRoot}\`, then run this again.`,
      );
    }
    await Bun.sleep(lookEveryMs);
  }
}
