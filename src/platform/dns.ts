import { randomInt } from 'node:crypto';
import { getServers } from 'node:dns';
import { decode, encode, RECURSION_DESIRED, type Answer } from 'dns-packet';
import { askNameServer } from './dns-exchange.ts';

/** The TXT records of a name, each with its strings put together, none where there is no such name; throws where nobody answered. */
export type ResolveTxt = (name: string) => Promise<readonly string[]>;

export interface NameServers {
  /** `address:port`, instead of those of the system. */
  readonly servers?: readonly string[];
  /** For the whole question, whatever servers and repetitions there are; 4 s. */
  readonly timeoutMs?: number;
}

const rounds = 2;
const codeMask = 0xf;
const noError = 0;
const noSuchName = 3;

/**
 * Asks name servers, each twice; throws where none has answered in time. Bun's own `resolveTxt` makes a record of each string of a record, so
 * that the second string of one that says something else would be taken for a record.
 */
export function createResolveTxt({ servers, timeoutMs = 4000 }: NameServers = {}): ResolveTxt {
  return async (name) => {
    const asked = servers ?? getServers();
    const eachMs = timeoutMs / Math.max(1, rounds * asked.length);
    let last: unknown = new Error('There is no name server.');
    for (const server of Array.from({ length: rounds }, () => asked).flat()) {
      const signal = AbortSignal.timeout(eachMs);
      try {
        return readTexts(await askNameServer(server, makeQuestion(name), signal));
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
}

export const systemResolveTxt = createResolveTxt();

function makeQuestion(name: string): Buffer {
  const id = randomInt(0x1_0000);
  return encode({ type: 'query', id, flags: RECURSION_DESIRED, questions: [{ type: 'TXT', name }] });
}

function readTexts(message: Buffer): readonly string[] {
  const { flags = 0, answers = [] } = decode(message);
  const code = flags & codeMask;
  if (code === noSuchName) return [];
  if (code !== noError) throw new Error(`The name server answered with code ${code}.`);
  return answers.flatMap(textOf);
}

/** The strings of a TXT record are one text cut into pieces of 255 bytes (RFC 7208 §3.3 says so of its own; so do all readers of `did=`). */
function textOf(answer: Answer): readonly string[] {
  if (answer.type !== 'TXT') return [];
  return [Buffer.concat([answer.data].flat().map((part) => Buffer.from(part))).toString()];
}
