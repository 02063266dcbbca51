import { mkdirSync } from 'node:fs';
import { freePort } from '../../support/free-port.ts';
import { SmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { Installation } from '../../e2e/server.ts';
import type { ServerProcess } from '../../e2e/server-process.ts';
import { MemoryLimit } from './memory-limit.ts';
import { sampleProcess, type Sample } from './sample.ts';

export interface MachineOptions {
  readonly store: string;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

const mostFiles = 200_000;

/** A small machine with the built server on it: little memory, a small disk, a folder for backups elsewhere. */
export class Machine implements AsyncDisposable {
  readonly home: Installation;
  /** Undefined where none can be mounted: then the disk is never full. */
  readonly disk: SmallDisk | undefined;
  readonly #memory: MemoryLimit | undefined;
  readonly #opened: AsyncDisposableStack;
  readonly #inside: Readonly<Record<string, string>>;
  #server: ServerProcess | undefined;
  /** What servers of before wrote. */
  #loggedBytes = 0;
  lives = 0;

  private constructor(parts: {
    readonly home: Installation;
    readonly disk: SmallDisk | undefined;
    readonly memory: MemoryLimit | undefined;
    readonly opened: AsyncDisposableStack;
    readonly inside: Readonly<Record<string, string>>;
  }) {
    this.home = parts.home;
    this.disk = parts.disk;
    this.#memory = parts.memory;
    this.#opened = parts.opened;
    this.#inside = parts.inside;
  }

  static async create({ store, memoryBytes, diskBytes }: MachineOptions): Promise<Machine> {
    await using opened = new AsyncDisposableStack();
    const memory = MemoryLimit.create(memoryBytes);
    if (memory) opened.use(memory);
    const folder = { disk: '', data: '' };
    let disk: SmallDisk | undefined;
    opened.defer(async () => disk?.[Symbol.asyncDispose]());
    const home = opened.use(await Installation.create());
    folder.disk = `${home.binary.folder}/disk`;
    folder.data = `${folder.disk}/data`;
    mkdirSync(folder.disk);
    mkdirSync(`${home.binary.folder}/backups`);
    if (whyNoSmallDisk() === undefined) disk = await SmallDisk.mount(folder.disk, mostFiles, diskBytes);
    home.settings = {
      ...home.settings,
      GROUNDMIST_STORE: store,
      GROUNDMIST_METRICS: `127.0.0.1:${await freePort()}`,
      DATA_DIR: disk?.at('data') ?? folder.data,
    };
    return new Machine({ home, disk, memory, opened: opened.move(), inside: { DATA_DIR: folder.data } });
  }

  get server(): ServerProcess {
    if (!this.#server) throw new Error('the server does not run');
    return this.#server;
  }

  get isMemoryLimited(): boolean {
    return this.#memory !== undefined;
  }

  /** As processes outside of its disk see it. */
  get dataDirectory(): string {
    return this.home.settings['DATA_DIR'] ?? '';
  }

  get backupDirectory(): string {
    return `${this.home.binary.folder}/backups`;
  }

  /** What the server holds now; undefined where it has ended. */
  sample(at: number): Sample | undefined {
    return sampleProcess({ pid: this.server.pid, port: this.home.port }, at);
  }

  /** What a program that watches the server hears. No connection stays. */
  watch(path: string): Promise<Response> {
    return fetch(`http://${this.home.settings['GROUNDMIST_METRICS']}${path}`, { keepalive: false });
  }

  get loggedBytes(): number {
    const { stdout, stderr } = this.server;
    return this.#loggedBytes + stdout.text.length + stderr.text.length;
  }

  async start(): Promise<void> {
    if (this.#server) this.#loggedBytes = this.loggedBytes;
    const server = this.home.launch(this.#inside, this.disk?.through ?? []);
    this.#memory?.add(server.pid);
    this.#server = server;
    await server.untilReady(this.home.url);
    this.lives += 1;
  }

  /** SIGTERM; throws where it does not end well. */
  async stop(): Promise<void> {
    const { exitCode, signal } = await this.server.stop();
    if (exitCode !== 0) throw new Error(`after SIGTERM the server ended with ${exitCode ?? signal}`);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Throws where it ended by itself. */
  async expectAlive(): Promise<void> {
    if (!this.server.hasEnded) return;
    const { exitCode, signal } = await this.server.ending();
    const words = (await this.server.stderr.whole()).slice(-2000);
    throw new Error(`the server ended by itself (${exitCode ?? signal}): ${words}`);
  }

  /** A command of the owner's, which must not fail; gives what it prints. */
  async run(...args: readonly string[]): Promise<string> {
    const { path, folder } = this.home.binary;
    // On the disk itself: SQLite resolves the path by which others see it, and is elsewhere then.
    const child = Bun.spawn([...(this.disk?.through ?? []), path, ...args, '--verbose'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...this.home.settings, ...this.#inside },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (child.exitCode === 0) return stdout;
    throw new Error(
      `groundmist ${args.join(' ')} exits with ${child.exitCode}: ${stderr || stdout.slice(-2000)}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
