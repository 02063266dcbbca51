import type { Database } from 'bun:sqlite';
import type { Logger } from '@logtape/logtape';
import { isPublicAddress } from '../../platform/address.ts';
import { rangeOf } from '../../platform/client-address.ts';
import type { Clock } from '../../platform/clock.ts';
import { RateLimiter } from '../../platform/limits.ts';
import type { Transport } from '../../platform/transport.ts';
import { Failure } from '../failure.ts';
import { writeControl } from '../store/control-database.ts';
import { Audit } from './audit.ts';

/** Adapters knock every few seconds: the owner hears of each kind three times at first, then once an hour. */
const tellings = { burst: 3, everyMs: 60 * 60_000, mostKeys: 2 };

export interface PlainHttpOptions {
  readonly publicUrl: URL;
  /** The control database. */
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps tokens off networks where everybody on the way could read them. */
export class PlainHttp {
  readonly #options: PlainHttpOptions;
  readonly #audit: Audit;
  readonly #tellings = new RateLimiter(tellings);

  constructor(options: PlainHttpOptions) {
    this.#options = options;
    this.#audit = new Audit(options.database);
  }

  /** Fails with `TlsRequired` where a request that carries tokens came in clear, and tells the owner what to set. */
  refuse(transport: Transport, requestId: string): void {
    const { publicUrl } = this.#options;
    if (transport.kind === 'sealed') return;
    // Apps on this machine may well come by a proxy on this machine: there is no network to be read on.
    if (transport.kind === 'clear-before-proxy' && publicUrl.protocol === 'http:') return;
    this.#tell(transport, requestId);
    throw new Failure('TlsRequired', `${whyRefused(transport)} ${whatToDo(transport, publicUrl)}`);
  }

  #tell(transport: Transport, requestId: string): void {
    const { publicUrl, database, clock, log } = this.#options;
    const { kind, peer } = transport;
    const now = clock.now();
    if (!this.#tellings.take(kind, now)) return;
    // Of a public address it would be an invitation to trust whoever knocked.
    const range = kind === 'clear' && !isPublicAddress(peer) ? rangeOf(peer) : undefined;
    const advice =
      whatToDo(transport, publicUrl) + (range === undefined ? '' : ` Here that would be ${range}.`);
    log.warn('An app was turned away: it came from {peer} in clear, and so would its tokens. {advice}', {
      peer,
      advice,
      requestId,
    });
    writeControl(database, () => this.#audit.note('plain-http-refused', { peer, kind }, now));
  }
}

function whyRefused({ kind }: Transport): string {
  return kind === 'clear'
    ? 'This request reached the server in plain HTTP, and its tokens could be read on the way.'
    : 'This request reached the proxy of the server in plain HTTP (X-Forwarded-Proto), and its tokens could be read on the way.';
}

function whatToDo({ kind }: Transport, { origin, protocol }: URL): string {
  const address = protocol === 'https:' ? `Use ${origin}. ` : '';
  return kind === 'clear'
    ? `${address}Where a proxy with TLS or the bridge of a container hands requests on, the owner adds its address to GROUNDMIST_TRUSTED_PROXIES.`
    : `${address}Where TLS ends before that proxy, the owner lets it pass X-Forwarded-Proto: https on.`;
}
