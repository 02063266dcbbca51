import { run as listApps } from '../../src/features/app/list-command.ts';
import { serve } from '../../src/features/serve/command.ts';
import { Configuration } from '../../src/configuration.ts';
import type { RunCommand } from '../../src/feature.ts';
import { features } from '../../src/features.ts';
import { createTerminal } from '../../src/platform/terminal.ts';
import { runCommand, type CommandRun } from './command.ts';
import { byItself } from './by-itself.ts';
import { ComposedServer, type SignInOptions } from './composed-server.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './folder.ts';
import { startOwner, type TestOwner } from './plc.ts';
import { makeTestKey } from './proof.ts';
import { askRaw, type RawAnswer, type RawRequest } from './raw-request.ts';

export interface ServedOptions {
  /** Settings beside the usual ones, or instead of them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whose server it is; someone of its own where left out. */
  readonly owner?: TestOwner;
  /** Whether a person watches, who gets text; else the log is JSON. */
  readonly isWatched?: boolean;
}

/** `groundmist serve` as it is, on a port of loopback and a clock that the test moves. Its name is sync.example.com. */
export class Served implements AsyncDisposable {
  readonly composed: ComposedServer;
  readonly port: number;
  /** Stops it as a signal does; resolves once it has ended. */
  readonly stop: () => Promise<void>;
  readonly #opened: AsyncDisposableStack;
  readonly #stderr: () => string;

  private constructor(
    parts: Pick<Served, 'composed' | 'port' | 'stop'>,
    opened: AsyncDisposableStack,
    stderr: () => string,
  ) {
    this.composed = parts.composed;
    this.port = parts.port;
    this.stop = parts.stop;
    this.#opened = opened;
    this.#stderr = stderr;
  }

  static async start(options: ServedOptions = {}): Promise<Served> {
    const { environment: changed = {}, isWatched = false } = options;
    await using opened = new AsyncDisposableStack();
    const owner = options.owner ?? opened.use(await startOwner());
    const environment = environmentOf(owner, opened.use(temporaryFolder()).path, changed);
    const ending = new AbortController();
    const composed = Promise.withResolvers<ComposedServer>();
    const stderr = recordingStream(isWatched);
    const running = serve({
      ...byItself,
      arguments: {},
      options: {},
      features,
      configuration: new Configuration({ flags: {}, environment }),
      signal: ending.signal,
      terminal: createTerminal(
        { stdin: emptyInput(isWatched), stdout: recordingStream(false).stream, stderr: stderr.stream },
        {},
        { isQuiet: false, isVerbose: true },
      ),
      async compose(log) {
        composed.resolve(await ComposedServer.start({ owner, log, environment }));
        return (await composed.promise).groundmist;
      },
    });
    running.catch(composed.reject);
    const stop = async (): Promise<void> => {
      ending.abort();
      let isOver = false;
      void running.finally(() => (isOver = true)).catch(() => {});
      const { clock } = await composed.promise;
      // Sockets are ended one after another.
      await eventually('it has stopped', () => {
        clock.advance(50);
        return isOver;
      });
      await running;
    };
    opened.defer(stop);
    const server = opened.use(await composed.promise);
    const port = await eventually('it listens', () => listeningPort(stderr.text()));
    return new Served({ composed: server, port, stop }, opened.move(), stderr.text);
  }

  /** What the process wrote so far, byte for byte. */
  get stderr(): string {
    return this.#stderr();
  }

  ask(request: RawRequest): Promise<RawAnswer> {
    return askRaw(this.port, request);
  }

  /** What a program that watches the server hears; its listener is on `127.0.0.1:0`. */
  async watch(path: string, init: RequestInit = {}): Promise<Response> {
    const [, port] = /reasons of \/ready are at http:\/\/127\.0\.0\.1:(\d+)/.exec(this.stderr) ?? [];
    return await fetch(`http://127.0.0.1:${port}${path}`, init);
  }

  /** `POST /authenticate` with a good service token and proof, but for what the test changes. */
  async signIn(options: SignInOptions, from?: string): Promise<RawAnswer> {
    const { headers, body } = await this.composed.makeSignIn(options);
    return this.ask({ start: 'POST /authenticate', headers, body, ...(from === undefined ? {} : { from }) });
  }

  /** The URL of a socket for a new device that the owner lets in. */
  async admit(): Promise<string> {
    const asked = this.signIn({ key: await makeTestKey() });
    const { access } = this.composed.groundmist.core;
    access.approve(await this.composed.nextApproval(), { permission: 'read-write' });
    const { token } = JSON.parse((await asked).body) as { readonly token: string };
    return `ws://127.0.0.1:${this.port}/?token=${token}`;
  }

  /** One of the owner's commands on this data directory; what it said. */
  async run(command: RunCommand = listApps, given: CommandRun = {}): Promise<string> {
    const environment = { DATA_DIR: this.composed.dataDirectory };
    const { results, notes } = await runCommand(command, { ...given, environment });
    return [...results, ...notes].join('\n');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}

function environmentOf(
  owner: TestOwner,
  dataDirectory: string,
  changed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ATPROTO_DID: owner.did,
    GROUNDMIST_SYNC_SECRET_KEY: 'ab'.repeat(32),
    GROUNDMIST_HOST: 'sync.example.com',
    GROUNDMIST_PLC_URL: owner.plcUrl,
    GROUNDMIST_PRIVATE_HOSTS: owner.plcHost,
    DATA_DIR: dataDirectory,
    PORT: '0',
    GROUNDMIST_METRICS: 'off',
    ...changed,
  };
}

function listeningPort(said: string): number | undefined {
  const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
  return port === undefined ? undefined : Number(port);
}

function emptyInput(isTTY: boolean) {
  return { isTTY, async *[Symbol.asyncIterator]() {} };
}

function recordingStream(isTTY: boolean) {
  let written = '';
  return {
    text: () => written,
    stream: {
      isTTY,
      on() {},
      write(text: string, done: () => void) {
        written += text;
        done();
      },
    },
  };
}
