import { Resolver } from 'node:dns/promises';
import { unlessAborted } from './cancelled.ts';
import { systemResolve, type Address, type Resolve } from './outbound-target.ts';

const noRecord = new Set(['ENOTFOUND', 'ENODATA']);

export interface NameServersOfAll {
  /** `address:port`, instead of those of the system. */
  readonly servers?: readonly string[];
  /** For the whole question; 4 s. */
  readonly timeoutMs?: number;
  /** What is asked where name servers know no address. */
  readonly otherwise?: Resolve;
}

/**
 * The addresses of a name as name servers give them to everybody, whatever the hosts file of this machine says; as this
 * system has them where name servers know none, like names of the local network. Throws where nobody knows the name, and as
 * the name servers did where none answered.
 */
export function createResolvePublicly(options: NameServersOfAll = {}): Resolve {
  const { servers, timeoutMs = 4000, otherwise = systemResolve } = options;
  return async (name) => {
    const resolver = new Resolver({ timeout: timeoutMs / 4, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const ask = (question: Promise<string[]>): Promise<readonly string[]> =>
      unlessAborted(AbortSignal.timeout(timeoutMs), question).catch(noneWhereNone);
    const [four, six] = await Promise.allSettled([
      ask(resolver.resolve4(name)),
      ask(resolver.resolve6(name)),
    ]);
    const found: Address[] = [
      ...valueOf(four).map((address) => ({ address, family: 4 as const })),
      ...valueOf(six).map((address) => ({ address, family: 6 as const })),
    ];
    if (found.length > 0) return found;
    return await otherwise(name).catch((error: unknown) => {
      const outage = [four, six].find(({ status }) => status === 'rejected');
      throw outage?.status === 'rejected' ? outage.reason : error;
    });
  };
}

export const resolvePublicly = createResolvePublicly();

function noneWhereNone(error: unknown): readonly string[] {
  if (error instanceof Error && 'code' in error && noRecord.has(String(error.code))) return [];
  throw error;
}

function valueOf(settled: PromiseSettledResult<readonly string[]>): readonly string[] {
  return settled.status === 'fulfilled' ? settled.value : [];
}
