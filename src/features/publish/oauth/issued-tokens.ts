import { z } from 'zod';
import type { Fetch } from '../../../platform/outbound.ts';
import { hadNoEffect } from '../pds-failure.ts';
import { hide } from '../../../platform/redact.ts';

const tokens = z.object({ access_token: z.string(), refresh_token: z.string().optional() });

/**
 * What an authorization server issued in one login, seen as it passes: a token that the library refuses, or forgets
 * because the PDS does not take it, stays valid until it is revoked.
 */
export class IssuedTokens {
  #last: z.output<typeof tokens> | undefined;
  /** A token was asked for and nobody knows whether it was issued. */
  #isUncertain = false;

  /** `fetch`, watched. */
  watching(fetch: Fetch): Fetch {
    return async (input, init) => {
      const request = input instanceof Request ? new Request(input, init) : new Request(String(input), init);
      if (!(await asksForTokens(request))) return await fetch(request);
      const response = await fetch(request).catch((error: unknown) => {
        if (!hadNoEffect(error)) this.#isUncertain = true;
        throw error;
      });
      await this.#note(response.clone());
      return response;
    };
  }

  /** Revokes what was issued last, the refresh token first, for it lives longer (RFC 7009); throws where that is not all. */
  async revoke(revoke: (token: string) => Promise<unknown>): Promise<void> {
    if (this.#last?.refresh_token !== undefined) await revoke(this.#last.refresh_token);
    if (this.#last !== undefined) await revoke(this.#last.access_token);
    if (this.#isUncertain) throw new Error('A token that was asked for may have been issued.');
  }

  async #note(response: Pick<Response, 'json' | 'ok' | 'status'>): Promise<void> {
    if (response.status >= 400 && response.status < 500) return;
    const answer = tokens.safeParse(await response.json().catch(() => undefined)).data;
    for (const token of [answer?.access_token, answer?.refresh_token]) hide(token ?? '');
    if (response.ok && answer !== undefined) this.#last = answer;
    else this.#isUncertain = true;
  }
}

async function asksForTokens(request: Request): Promise<boolean> {
  if (request.headers.get('content-type') !== 'application/x-www-form-urlencoded') return false;
  return new URLSearchParams(await request.clone().text()).has('grant_type');
}
