import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { unitName, type ServiceScope } from '../../core/service/service-names.ts';
import { escapeLines, escapeUnprintable } from '../../platform/escape.ts';
import type { Machine, Ran } from './machine.ts';

/** What systemd is asked of a unit, by its own names for it (`man 1 systemctl`, `show`). */
export type UnitProperties = Readonly<Record<string, string>>;

const journalLines = 12;
/** What systemd writes of every service that ends so, and says no more than that. */
const ofSystemd =
  /^(?:Starting|Started|Stopping|Stopped|Failed to start) |: (?:Main process exited|Failed with result|Scheduled restart job|Consumed) ?/;

/** The systemd of a person or of the machine, spoken to through its own programs. */
export class Systemd {
  readonly #machine: Machine;
  readonly #own: readonly string[];
  readonly #signal: AbortSignal;

  constructor(machine: Machine, scope: ServiceScope, signal: AbortSignal) {
    this.#machine = machine;
    this.#own = scope === 'user' ? ['--user'] : [];
    this.#signal = signal;
  }

  /** Has it done what `words` say, `ServiceFailed` in its own words where it does not. */
  async do(...words: readonly string[]): Promise<void> {
    const ran = await this.#systemctl(words);
    if (ran.exitCode === 0) return;
    const said = ran.errors === '' ? '' : ` It says: ${ran.errors}`;
    throw new Failure('ServiceFailed', `systemd did not ${words.join(' ')}.${said}`);
  }

  /** Starts or restarts the service and waits until it is ready; `ServiceFailed` says what the server said. */
  async start(action: 'start' | 'restart'): Promise<void> {
    const ran = await this.#systemctl([action, unitName]);
    if (ran.exitCode === 0) return;
    const { InvocationID: run = '', ActiveState: state } = await this.show('InvocationID', 'ActiveState');
    const said = await this.#lastWords(run);
    const why = said.length > 0 ? said : [ran.errors];
    const again = state === 'activating' ? ['systemd goes on trying.'] : [];
    throw new Failure('ServiceFailed', ['The service does not start. It said:', ...why, ...again].join('\n'));
  }

  /** Some properties of our unit; empty where systemd does not answer. */
  async show(...names: readonly string[]): Promise<UnitProperties> {
    const { output } = await this.#systemctl(['show', unitName, `--property=${names.join(',')}`]);
    const pairs = output.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line) ?? []);
    return Object.fromEntries(pairs.flatMap(([, name, value]) => (name ? [[name, value ?? '']] : [])));
  }

  async #systemctl(words: readonly string[]): Promise<Ran> {
    return await this.#machine.run(['systemctl', ...this.#own, '--no-ask-password', ...words], this.#signal);
  }

  /** The last lines of a run, as the journal has them: of the server, and what systemd says of it. */
  async #lastWords(run: string): Promise<readonly string[]> {
    const words = ['--no-pager', '--output=cat', '--quiet', `--lines=${journalLines}`];
    const said = this.#own.length > 0 ? 'USER_INVOCATION_ID' : 'INVOCATION_ID';
    const which = [`_SYSTEMD_INVOCATION_ID=${run}`, '+', `${said}=${run}`];
    const { output } = await this.#machine.run(['journalctl', ...this.#own, ...words, ...which]);
    const lines = escapeLines(output).split('\n');
    return lines
      .filter((line) => line.trim() !== '' && !ofSystemd.test(line))
      .map((line) => `  ${sentenceOf(line)}`);
  }
}

const logLine = z.object({ message: z.string() });

/** What a line of the server's log says, for a person. */
function sentenceOf(line: string): string {
  try {
    const { message } = logLine.parse(JSON.parse(line));
    return escapeUnprintable(message);
  } catch {
    return line.replace(/^groundmist: /, '');
  }
}

/** What shows the log of the service, as one types it. */
export function logCommand(scope: ServiceScope): string {
  return scope === 'user' ? 'journalctl --user -u groundmist' : 'journalctl -u groundmist';
}
