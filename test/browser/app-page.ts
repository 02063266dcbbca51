import { z } from 'zod';
import type { PdsAccount } from '../support/pds.ts';
import type { BrowserTab } from './browser-tab.ts';
import type { Profile } from './chromium.ts';

/** What a page must know of a sync server. */
export interface SyncServer {
  readonly url: string;
  /** What a service JWT for it names; null where the page is to send none. */
  readonly audience: string | null;
}

const answered = z.object({
  status: z.number(),
  /** Those that the page could read. */
  headers: z.record(z.string(), z.string().nullable()),
  body: z.record(z.string(), z.unknown()),
});
export type Answered = z.output<typeof answered>;

/** A tab with an app's page (page/app.js) in it. */
export class AppPage {
  readonly tab: BrowserTab;
  readonly #profile: Profile;
  readonly #url: string;

  private constructor(tab: BrowserTab, profile: Profile, url: string) {
    this.tab = tab;
    this.#profile = profile;
    this.#url = url;
  }

  static async open(profile: Profile, url: string): Promise<AppPage> {
    const page = new AppPage(await profile.openTab(), profile, url);
    await page.tab.goTo(url);
    await page.#untilReady();
    return page;
  }

  /** The same app in another tab of the same device. */
  openAnother(): Promise<AppPage> {
    return AppPage.open(this.#profile, this.#url);
  }

  /** At the PDS's own pages, as a person does it, and back. */
  async signIn({ handle, password }: PdsAccount): Promise<void> {
    await this.#call('signIn', handle);
    await this.tab.type('input[type=password]', password);
    await this.tab.press(/^Sign in$/);
    await this.tab.press(/^Authorize$/);
    await this.#untilReady();
  }

  async reload(): Promise<void> {
    await this.tab.evaluate('delete globalThis.app');
    await this.tab.reload();
    await this.#untilReady();
  }

  /** Who is signed in, null where nobody is. */
  did(): Promise<unknown> {
    return this.tab.evaluate('app.did');
  }

  async authenticate({ url, audience }: SyncServer, namespace = 'xyz.groundmist.library'): Promise<Answered> {
    return answered.parse(await this.#call('authenticate', url, namespace, audience));
  }

  /** The status of a call to the person's PDS: 200 while they are signed in. */
  pdsStatus(): Promise<unknown> {
    return this.#call('pdsStatus');
  }

  /** Opens a socket with that sync token, and again with the same URL whenever it ends. */
  async connect({ url }: SyncServer, syncToken: unknown): Promise<void> {
    await this.#call('connect', `${url.replace('http', 'ws')}/?token=${String(syncToken)}`);
  }

  async untilConnected(): Promise<void> {
    await this.tab.until('app.peerCount > 0');
  }

  async untilDisconnected(): Promise<void> {
    await this.tab.until('app.peerCount === 0');
  }

  /** Gives the automerge URL. */
  async create(content: unknown): Promise<string> {
    return z.string().parse(await this.#call('create', content));
  }

  find(url: string): Promise<unknown> {
    return this.#call('find', url);
  }

  async change(url: string, content: unknown): Promise<void> {
    await this.#call('change', url, content);
  }

  content(url: string): Promise<unknown> {
    return this.#call('content', url);
  }

  #call(name: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return this.tab.evaluate(`app.${name}(...${JSON.stringify(parameters)})`);
  }

  async #untilReady(): Promise<void> {
    await this.tab.until(`location.href === ${JSON.stringify(this.#url)} && globalThis.app?.isReady`);
  }
}
