import { Resolver } from 'node:dns/promises';
import { systemResolve, type Address, type Resolve } from './outbound-target.ts';

/** The TXT records of a name, each as one string; none where there is no such name. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>;

const noRecord = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the system's name servers, for 4 s at most. */
export const systemResolveTxt: ResolveTxt = async (name) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  try {
    const records = await resolver.resolveTxt(name);
    return records.map((parts) => parts.join(''));
  } catch (error) {
    if (isNoRecord(error)) return [];
    throw error;
  }
};

function isNoRecord(error: unknown): boolean {
  return error instanceof Error && 'code' in error && noRecord.has(String(error.code));
}

/**
 * The addresses of a name as name servers give them to everybody, whatever the hosts file of this machine says; as this
 * system has them where name servers know none, like names of the local network. Fails as the name servers did where none answered.
 */
export const resolvePublicly: Resolve = async (name) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found: Address[] = [
    ...addressesOf(four).map((address) => ({ address, family: 4 as const })),
    ...addressesOf(six).map((address) => ({ address, family: 6 as const })),
  ];
  if (found.length > 0) return found;
  return await systemResolve(name).catch((error: unknown) => {
    throw [four, six].map(whyNotAsked).find((reason) => reason !== undefined) ?? error;
  });
};

/** What kept us from an answer, where "there is none" was not the answer. */
function whyNotAsked(settled: PromiseSettledResult<unknown>): Error | undefined {
  if (settled.status === 'fulfilled' || !(settled.reason instanceof Error)) return undefined;
  return isNoRecord(settled.reason) ? undefined : settled.reason;
}

function addressesOf(settled: PromiseSettledResult<string[]>): readonly string[] {
  return settled.status === 'fulfilled' ? settled.value : [];
}
