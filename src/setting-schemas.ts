import { z } from 'zod';
import { isDid } from './core/identity/did.ts';
import { isCidr, parseCidr } from './platform/client-address.ts';

/** `host[:port]`: what a URL accepts as its authority, without userinfo. */
const authority = /^(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;
const highestPort = 65535;
const whatIsAPort = `a port is a whole number from 0 to ${highestPort}`;

export const didSchema = z
  .string()
  .refine(isDid, 'a DID looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz or did:web:example.com');

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
  .refine((path) => !/[\0\r\n]/.test(path), 'a path has one line and no NUL');

export const hostSchema = z
  .string()
  .regex(authority, {
    error: 'give the name alone, like sync.example.com: no scheme, path or user',
    abort: true,
  })
  .refine(hasPossiblePort, {
    error: `the port after the name is a whole number from 1 to ${highestPort}`,
    abort: true,
  })
  .refine((host) => URL.canParse(`https://${host}`), 'it is not a name that a URL can have');

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

function hasPossiblePort(host: string): boolean {
  const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= highestPort);
}
