import { z } from 'zod';
import { isDid, readDid } from './core/identity/did.ts';
import { whyNotHost } from './core/lexicon/host.ts';
import { isCidr, parseCidr } from './platform/client-address.ts';
import { looksLikeKey } from './platform/key-text.ts';
import { redactValue } from './platform/redact.ts';

const highestPort = 65535;
const whatIsAPort = `a port is a whole number from 0 to ${highestPort}`;

export const didSchema = z.string().refine(isDid, {
  error: ({ input }) => {
    const read = readDid(String(input));
    const why = read.kind === 'unusable' ? `${read.why}; ` : '';
    return `${why}a DID looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz or did:web:example.com`;
  },
});

export const secretKeySchema = z
  .string()
  .regex(/^[0-9a-fA-F]{64,}$/, 'it must be at least 32 bytes in hex (64 characters)');

export const portSchema = z
  .string()
  .regex(/^[0-9]{1,5}$/, whatIsAPort)
  .transform(Number)
  .refine((port) => port <= highestPort, whatIsAPort);

export const pathSchema = z
  .string()
  .refine((path) => !looksLikeKey(path), {
    error:
      'it takes the path of a file, and this looks like the key itself; put the key into a file and write its path here',
    abort: true,
  })
  .refine((path) => !/[\0\r\n]/.test(path), 'a path has one line and no NUL')
  // Shells leave it in place after `=`, and so do env files: a folder of that name would be made.
  .refine((path) => !path.startsWith('~'), '"~" is not read as your home folder here; write the whole path');

export const hostSchema = z.string().superRefine((host, context) => {
  const why = whyNotHost(host);
  if (why !== undefined) context.addIssue(why);
});

/** What stands between commas. */
export const listSchema = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

export const cidrsSchema = listSchema
  .refine((cidrs) => cidrs.every(isCidr), 'each must be a CIDR like 10.0.0.0/8 or ::1/128')
  .transform((cidrs) => cidrs.map(parseCidr));

/** Hosts with commas between, lower case as URLs have them. */
export const hostsSchema = listSchema
  .superRefine((hosts, context) => {
    for (const host of hosts) {
      const why = whyNotHost(host);
      if (why !== undefined)
        context.addIssue(`"${redactValue(host).slice(0, 80)}" is no host[:port]: ${why}`);
    }
  })
  .transform((hosts) => hosts.map((host) => host.toLowerCase()));
