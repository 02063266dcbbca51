import { Resolver } from 'node:dns/promises';
import { unlessAborted } from './cancelled.ts';

/**
 * The TXT records of a name, none where there is no such name; throws where nobody answered. Of a record with several strings
 * (more than 255 bytes) Bun makes as many records.
 */
export type ResolveTxt = (name: string) => Promise<readonly string[]>;

const noRecord = new Set(['ENOTFOUND', 'ENODATA']);

export interface NameServers {
  /** `address:port`, instead of those of the system. */
  readonly servers?: readonly string[];
  /** For the whole question, whatever servers and repetitions there are; 4 s. */
  readonly timeoutMs?: number;
}

/** Asks name servers; throws where none has answered in time. */
export function createResolveTxt({ servers, timeoutMs = 4000 }: NameServers = {}): ResolveTxt {
  return async (name) => {
    const resolver = new Resolver({ timeout: timeoutMs / 4, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    try {
      const records = await unlessAborted(AbortSignal.timeout(timeoutMs), resolver.resolveTxt(name));
      return records.map((parts) => parts.join(''));
    } catch (error) {
      if (error instanceof Error && 'code' in error && noRecord.has(String(error.code))) return [];
      throw error;
    }
  };
}

export const systemResolveTxt = createResolveTxt();
