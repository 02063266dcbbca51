import type { Did } from '../../../core/identity/did.ts';
import { urlOfHost } from '../../../core/identity/public-url.ts';
import { findLockHolder } from '../../../core/store/lock.ts';
import type { CommandContext } from '../../../feature.ts';
import type { Address } from '../../../platform/outbound-target.ts';
import { coreSettings } from '../../../settings.ts';
import { tlsSettings } from '../../../tls-settings.ts';

const { owner, secretKey, dataDirectory, host, listen, port, plcUrl, privateHosts } = coreSettings;
const { tls, tlsCertificate } = tlsSettings;

/** The settings that the checks of the network read. */
export const needs = {
  owner,
  secretKey,
  dataDirectory,
  host,
  listen,
  port,
  plcUrl,
  privateHosts,
  tls,
  tlsCertificate,
};

/** What the settings say of where the server is. */
export interface Place {
  readonly owner: Did;
  readonly secretKey: string;
  readonly plcUrl: string;
  readonly privateHosts: readonly string[];
  /** Undefined without GROUNDMIST_HOST. */
  readonly publicUrl: URL | undefined;
  /** The process that holds the data directory. */
  readonly serverProcess: number | undefined;
  /** No proxy is needed before it. */
  readonly hasOwnTls: boolean;
  /** Where a proxy reaches the server: `127.0.0.1:3031`. */
  readonly upstream: string;
  /** Where programs on this machine reach it. */
  readonly ownAddress: Address;
}

export function readPlace({ configuration }: CommandContext): Place {
  const values = configuration.read(needs);
  const holder = findLockHolder(values.dataDirectory);
  const listening = readListening(holder?.listen ?? '') ?? { address: values.listen, port: values.port };
  return {
    owner: values.owner,
    secretKey: values.secretKey,
    plcUrl: values.plcUrl,
    privateHosts: values.privateHosts ?? [],
    publicUrl: values.host === undefined ? undefined : urlOfHost(values.host),
    serverProcess: holder?.pid,
    hasOwnTls: values.tls === 'auto' || values.tlsCertificate !== undefined,
    upstream: `${reachable(listening.address)}:${listening.port}`,
    // By a name of this machine it is asked where it listens, not wherever else that name may lead.
    ownAddress:
      listening.address === '::1' ? { address: '::1', family: 6 } : { address: '127.0.0.1', family: 4 },
  };
}

interface Listening {
  readonly address: string;
  readonly port: string | number;
}

/** Where the running server listens: the settings may have changed since it started, or be those of another shell. */
function readListening(words: string): Listening | undefined {
  const [, address, number] = /^(.+):([1-9]\d*)$/.exec(words) ?? [];
  return address === undefined || number === undefined ? undefined : { address, port: number };
}

/** What listens on every address is reached on loopback. */
function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? `[${address}]` : address;
}
