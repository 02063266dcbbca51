import { Resolver } from 'node:dns/promises';

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
    if (error instanceof Error && 'code' in error && noRecord.has(String(error.code))) return [];
    throw error;
  }
};
