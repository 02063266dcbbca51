import { z } from 'zod';
import { NodeScript } from './node-script.ts';
import type { Pds, PdsAccount } from './pds.ts';

/** A person at the OAuth pages of the reference PDS, in a browser of their own. */
export class OAuthPerson implements AsyncDisposable {
  readonly #script: NodeScript;
  readonly #pdsUrl: string;

  constructor({ installed, pdsUrl }: Pds) {
    this.#script = new NodeScript(installed, 'oauth-person.mjs');
    this.#pdsUrl = pdsUrl;
  }

  /** Logs in as `account` at the address and allows it; gives the address that the browser is sent to then. */
  async allow(url: string, { handle, password }: PdsAccount): Promise<string> {
    return z.string().parse(await this.#script.ask('decide', { url, handle, password }));
  }

  /** Says no; gives the address that the browser is sent to then. */
  async deny(url: string): Promise<string> {
    return z.string().parse(await this.#script.ask('decide', { url, isDenied: true }));
  }

  /** The scopes of the OAuth sessions that the page of the account lists. */
  async sessions({ handle, password }: PdsAccount): Promise<readonly string[]> {
    const asked = { pdsUrl: this.#pdsUrl, handle, password };
    const listed = await this.#script.ask('listSessions', asked);
    return z
      .array(z.object({ scope: z.string() }))
      .parse(listed)
      .map(({ scope }) => scope);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#script.close();
  }
}
