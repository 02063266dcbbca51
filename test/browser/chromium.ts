import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readLines } from '../support/child-lines.ts';
import { BrowserTab } from './browser-tab.ts';
import { DevTools } from './dev-tools.ts';

/** Why there is no browser to test with on this machine. */
export interface Skipped {
  readonly skipped: string;
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const options = [
  '--headless',
  '--remote-debugging-port=0',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  // Only names of this machine resolve: no page and no part of the browser reaches further.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** Runs a command that ends with us, however we end: when standard input closes. */
const untilInputEnds = '"$@" & exec 2>/dev/null; read -r _; kill $!; wait';

/** A headless Chromium with nothing in it, for as long as a test file runs. */
export class Chromium implements AsyncDisposable {
  readonly #devTools: DevTools;
  readonly #opened: AsyncDisposableStack;

  private constructor(devTools: DevTools, opened: AsyncDisposableStack) {
    this.#devTools = devTools;
    this.#opened = opened;
  }

  static async start(): Promise<Chromium | Skipped> {
    const path = names.map((name) => Bun.which(name)).find((found) => found !== null);
    if (path === undefined) return missing();
    await using opened = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'groundmist-test-chromium-'));
    // Its helper processes may outlive it by a moment, and write.
    opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
    // Chromium's own sandbox does not start for root.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const command = [path, ...options, ...sandbox, `--user-data-dir=${join(folder, 'profile')}`];
    const child = Bun.spawn(['sh', '-c', untilInputEnds, 'sh', ...command], {
      env: { ...Bun.env, HOME: folder, TMPDIR: folder },
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    opened.defer(async () => {
      await child.stdin.end();
      await child.exited;
    });
    const devTools = opened.use(await DevTools.connect(await readAddress(child.stderr)));
    // In order; it may end before it answers.
    opened.defer(async () => {
      await devTools.send('Browser.close').catch(() => undefined);
    });
    return new Chromium(devTools, opened.move());
  }

  /** Another device: a browser profile of its own, kept in memory. */
  async openProfile(): Promise<Profile> {
    const created = await this.#devTools.send('Target.createBrowserContext');
    const { browserContextId } = z.object({ browserContextId: z.string() }).parse(created);
    return { openTab: () => BrowserTab.open(this.#devTools, browserContextId) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }
}

export interface Profile {
  openTab(): Promise<BrowserTab>;
}

function missing(): Skipped {
  const skipped =
    'The tests in a browser are left out: there is no Chromium here (on Debian: apt-get install chromium).';
  if (Bun.env['CI']) throw new Error(skipped);
  return { skipped };
}

/** Where the browser says that it can be driven from; goes on reading, or a full pipe would stop it. */
async function readAddress(stream: ReadableStream<Uint8Array>): Promise<string> {
  const address = Promise.withResolvers<string>();
  const heard: string[] = [];
  const read = async () => {
    for await (const line of readLines(stream)) {
      const [, url] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (url !== undefined) address.resolve(url);
      if (heard.length < 20) heard.push(line);
    }
    address.reject(new Error(`Chromium did not start: ${heard.join('\n')}`));
  };
  void read().catch(address.reject);
  return address.promise;
}
