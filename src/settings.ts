import { z } from 'zod';
import { logSetting } from './log-setting.ts';
import type { Settings } from './platform/config.ts';
import {
  cidrsSchema,
  didSchema,
  hostSchema,
  hostsSchema,
  pathSchema,
  portSchema,
  secretKeySchema,
} from './setting-schemas.ts';
import { withOwnTls } from './tls-settings.ts';

/** The settings of the core; a feature brings its own. */
export const coreSettings = {
  owner: {
    env: 'ATPROTO_DID',
    flag: '--did',
    placeholder: 'did',
    summary: 'the owner, the only DID that may sync',
    schema: didSchema,
    required: true,
  },
  secretKey: {
    env: 'GROUNDMIST_SYNC_SECRET_KEY',
    placeholder: 'hex',
    summary: 'the server’s secret, 32 random bytes or more in hex; `groundmist init` makes one',
    schema: secretKeySchema,
    required: true,
    secret: true,
  },
  port: {
    env: 'PORT',
    flag: '--port',
    placeholder: 'port',
    summary: 'the TCP port of HTTP and WebSocket',
    schema: portSchema,
    default: '3031',
    otherDefault: { text: '443', ...withOwnTls },
  },
  dataDirectory: {
    env: 'DATA_DIR',
    flag: '--data-dir',
    placeholder: 'directory',
    summary: 'where the documents live',
    schema: pathSchema,
    default: '.data',
  },
  host: {
    env: 'GROUNDMIST_HOST',
    flag: '--host',
    placeholder: 'host',
    summary: 'the public name, without a scheme: sync.example.com',
    schema: hostSchema,
  },
  listen: {
    env: 'GROUNDMIST_LISTEN',
    flag: '--listen',
    placeholder: 'address',
    summary: 'the address to bind',
    schema: z.string().min(1),
    default: '127.0.0.1',
    otherDefault: { text: '::', ...withOwnTls },
  },
  trustedProxies: {
    env: 'GROUNDMIST_TRUSTED_PROXIES',
    placeholder: 'cidrs',
    summary:
      'the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, as CIDRs with commas between; no other machine may bring tokens in plain HTTP',
    schema: cidrsSchema,
    default: '127.0.0.0/8,::1/128',
  },
  store: {
    env: 'GROUNDMIST_STORE',
    placeholder: 'backend',
    summary: 'how documents are kept on disk: sqlite, or nodefs, the files of automerge-repo',
    choices: ['sqlite', 'nodefs'],
    schema: z.enum(['sqlite', 'nodefs'], 'it is sqlite or nodefs'),
    default: 'sqlite',
  },
  logging: logSetting,
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
    schema: hostsSchema,
  },
} as const satisfies Settings;
