import { Failure } from '../../core/failure.ts';
import { unitName, type ServiceScope } from '../../core/service/service-names.ts';
import { escapeLines } from '../../platform/escape.ts';
import type { Machine, Ran } from './machine.ts';

/** What systemd is asked of a unit, by its own names for it (`man 1 systemctl`, `show`). */
export type UnitProperties = Readonly<Record<string, string>>;

const journalLines = 12;
/** What systemd itself wrote of a service, which `--output=cat` does not tell apart. */
const ofSystemd = /^(?:groundmist\.service: |Starting |Started |Stopping |Stopped |Failed to start )/;

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
    const said = await this.#lastWords();
    const why = said.length > 0 ? said : [ran.errors];
    throw new Failure('ServiceFailed', ['The service does not start. It said:', ...why].join('\n'));
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

  /** The last lines of the run that failed, as the journal has them. */
  async #lastWords(): Promise<readonly string[]> {
    const { InvocationID: run = '' } = await this.show('InvocationID');
    const words = ['--no-pager', '--output=cat', '--quiet', `--lines=${journalLines}`];
    const which = this.#own.length > 0 ? `--user-unit=${unitName}` : `--unit=${unitName}`;
    const since = run === '' ? [which] : [`_SYSTEMD_INVOCATION_ID=${run}`];
    const { output } = await this.#machine.run(['journalctl', ...this.#own, ...words, ...since]);
    const lines = escapeLines(output).split('\n');
    return lines.filter((line) => line.trim() !== '' && !ofSystemd.test(line)).map((line) => `  ${line}`);
  }
}

/** What shows the log of the service, as one types it. */
export function logCommand(scope: ServiceScope): string {
  return scope === 'user' ? 'journalctl --user -u groundmist' : 'journalctl -u groundmist';
}
