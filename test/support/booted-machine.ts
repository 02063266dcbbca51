import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { isWritable } from '../../src/platform/folders.ts';
import { eventually } from './eventually.ts';

const script = join(import.meta.dir, 'booted-machine.sh');
const checkout = join(import.meta.dir, '../..');
const systemd = '/lib/systemd/systemd';
const unified = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) =>
  existsSync(`${path}/cgroup.procs`),
);

/** Why no machine can be booted here; undefined where one can. */
export const whyNotBooted = findWhyNotBooted();

function findWhyNotBooted(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root may boot a machine, on Linux';
  if (unified === undefined || !isWritable(unified)) return 'there are no cgroups v2 to write to';
  const missing = ['unshare', 'nsenter', 'ip', 'dbus-daemon'].filter((tool) => Bun.which(tool) === null);
  if (missing.length > 0 || !existsSync(systemd))
    return `${[...missing, systemd].join(', ')}: not all are installed`;
  const { success } = Bun.spawnSync(['unshare', '-m', '-p', '-f', '-n', '-u', '-i', '-C', 'true']);
  return success ? undefined : 'no namespaces may be made';
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A machine with a systemd, users and a loopback network of its own, which sees this one's programs and none of its changes,
 * and is gone when the test is. Memory limits have no effect where this machine has bound them to cgroups v1.
 */
export class BootedMachine implements AsyncDisposable {
  readonly #cgroup = `${unified}/groundmist-test-${randomUUID()}`;
  readonly #holder = Bun.spawn(['unshare', '-m', 'sh', script, this.#cgroup, checkout], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  readonly #answers = lines(this.#holder.stdout);
  #init = 0;

  /** One that has come up, with these files of this machine copied into it. */
  static async boot(): Promise<BootedMachine> {
    const machine = new BootedMachine();
    await machine.#boot();
    return machine;
  }

  /** Runs a line of shell as root, or as `user`, as after `su`. */
  async run(line: string, { user }: { readonly user?: string } = {}): Promise<Outcome> {
    const as = user === undefined ? [] : ['runuser', '--login', user, '--command'];
    const shell = user === undefined ? ['sh', '-c', line] : [...as, line];
    const child = Bun.spawn([...this.#enter(), ...shell], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [exitCode, stdout, stderr] = await Promise.all([
      child.exited,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { exitCode, stdout, stderr };
  }

  /** The same, where anything but success is a fault of the test; gives what it printed. */
  async do(line: string, as: { readonly user?: string } = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(line, as);
    if (exitCode !== 0) throw new Error(`${line} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Copies a file of this machine, or a folder, into it. */
  copyIn(from: string, to: string): void {
    cpSync(from, join(`/proc/${this.#init}/root`, to), { recursive: true });
  }

  /** Writes a file of the machine. */
  write(path: string, text: string): void {
    writeFileSync(join(`/proc/${this.#init}/root`, path), text);
  }

  /** Ends everything as a machine does that is told to, and boots again with the files that are there. */
  async reboot(): Promise<void> {
    await this.run('systemctl reboot');
    await this.#ask('ended');
    await this.#boot();
  }

  async #boot(): Promise<void> {
    const holder = await this.#ask('boot');
    if (holder === undefined) throw new Error('The machine cannot be made: its files, or its cgroup.');
    await eventually('systemd has booted', async () => {
      this.#init = Number(readFileSync(`/proc/${holder}/task/${holder}/children`, 'utf8').trim());
      const { stdout } = await this.run('systemctl is-system-running --wait');
      return /running|degraded/.test(stdout);
    });
  }

  async #ask(word: 'boot' | 'ended'): Promise<string | undefined> {
    void this.#holder.stdin.write(`${word}\n`);
    await this.#holder.stdin.flush();
    return (await this.#answers.next()).value;
  }

  #enter(): readonly string[] {
    const environment = ['PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8'];
    return [
      'nsenter',
      '-t',
      String(this.#init),
      '-m',
      '-p',
      '-n',
      '-u',
      '-i',
      '-C',
      '-r',
      '-w',
      'env',
      '-i',
      ...environment,
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stdin.end();
    await this.#holder.exited;
  }
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
