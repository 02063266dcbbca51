import { z } from 'zod';
import { isDid } from './core/identity/did.ts';
import type { Feature } from './feature.ts';
import { isCidr, parseCidr } from './platform/client-address.ts';
import type { Setting, Settings } from './platform/config.ts';

const wholeNumber = /^[0-9]{1,5}$/;
const secretKey = /^[0-9a-fA-F]{64,}$/;
/** `host[:port]`: what a URL accepts as its authority, without userinfo. */
const authority = /^(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]{1,5})?$/;

function hasPossiblePort(host: string): boolean {
  const port = /:([0-9]+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65535);
}

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** The settings of the core; a feature brings its own. */
export const coreSettings = {
  owner: {
    env: 'ATPROTO_DID',
    flag: '--did',
    placeholder: 'did',
    summary: 'the owner, the only DID that may sync',
    schema: z
      .string()
      .refine(isDid, 'a DID looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz or did:web:example.com'),
    required: true,
  },
  secretKey: {
    env: 'GROUNDMIST_SYNC_SECRET_KEY',
    placeholder: 'hex',
    summary: 'the server’s secret, 32 random bytes or more in hex; `groundmist init` makes one',
    schema: z.string().regex(secretKey, 'it must be at least 32 bytes in hex (64 characters)'),
    required: true,
    secret: true,
  },
  port: {
    env: 'PORT',
    flag: '--port',
    placeholder: 'port',
    summary: 'the TCP port of HTTP and WebSocket',
    schema: z
      .string()
      .regex(wholeNumber, 'a port is a whole number from 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65535, 'a port is a whole number from 0 to 65535'),
    default: '3031',
  },
  dataDirectory: {
    env: 'DATA_DIR',
    flag: '--data-dir',
    placeholder: 'directory',
    summary: 'where the documents live',
    schema: z.string().refine((path) => !path.includes('\0'), 'a path has no NUL in it'),
    default: '.data',
  },
  host: {
    env: 'GROUNDMIST_HOST',
    flag: '--host',
    placeholder: 'host',
    summary: 'the public name, without a scheme: sync.example.com',
    schema: z
      .string()
      .regex(authority, 'give the name alone, like sync.example.com: no scheme, path or user')
      .refine(hasPossiblePort, 'the port after the name is a whole number from 1 to 65535'),
  },
  listen: {
    env: 'GROUNDMIST_LISTEN',
    flag: '--listen',
    placeholder: 'address',
    summary: 'the address to bind',
    schema: z.string().min(1),
    default: '127.0.0.1',
  },
  trustedProxies: {
    env: 'GROUNDMIST_TRUSTED_PROXIES',
    placeholder: 'cidrs',
    summary: 'the proxies whose X-Forwarded-For is believed, as CIDRs with commas between',
    schema: list
      .refine((cidrs) => cidrs.every(isCidr), 'each must be a CIDR like 10.0.0.0/8 or ::1/128')
      .transform((cidrs) => cidrs.map(parseCidr)),
    default: '127.0.0.0/8,::1/128',
  },
  store: {
    env: 'GROUNDMIST_STORE',
    placeholder: 'backend',
    summary: 'how documents are kept on disk: sqlite',
    schema: z.enum(['sqlite'], 'sqlite is the store of this version'),
    default: 'sqlite',
  },
  plcUrl: {
    env: 'GROUNDMIST_PLC_URL',
    placeholder: 'url',
    summary: 'where did:plc documents come from',
    schema: z.url({ protocol: /^https?$/, error: 'it must be an http or https URL' }),
    default: 'https://plc.directory',
  },
  privateHosts: {
    env: 'GROUNDMIST_PRIVATE_HOSTS',
    placeholder: 'hosts',
    summary:
      'host[:port] names that outbound requests may reach although they are private, with commas between',
    schema: list,
  },
} as const satisfies Settings;

/** What a name of ours starts with in the environment; a few settings keep older names. */
export const settingPrefix = 'GROUNDMIST_';

/** Names with our prefix that are read, but are no settings. */
export const otherNames: readonly string[] = ['GROUNDMIST_ENV_FILE'];

/** Every setting there is, the core's first, each env name once. */
export function allSettings(features: readonly Feature[]): readonly Setting[] {
  const groups: Settings[] = [coreSettings, ...features.map((feature) => feature.settings ?? {})];
  const byName = new Map<string, Setting>();
  for (const group of groups) {
    for (const setting of Object.values(group)) {
      if (!byName.has(setting.env)) byName.set(setting.env, setting);
    }
  }
  return [...byName.values()];
}
