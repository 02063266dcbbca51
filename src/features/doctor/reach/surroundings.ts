import { systemClock, type Clock } from '../../../platform/clock.ts';
import { systemResolveTxt, type ResolveTxt } from '../../../platform/dns.ts';
import type { Resolve } from '../../../platform/outbound-target.ts';
import { resolvePublicly } from '../../../platform/public-addresses.ts';
import { ownAddresses } from '../../../platform/own-addresses.ts';
import { lookAtTls } from '../../../platform/tls-look.ts';
import { findPrograms, type FindPrograms } from '../other-server.ts';

/** What the checks of the network know of the world. */
export interface Surroundings {
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly resolveTxt: ResolveTxt;
  /** Of this machine's interfaces, loopback left out. */
  readonly ownAddresses: () => readonly string[];
  readonly lookAtTls: typeof lookAtTls;
  readonly findPrograms: FindPrograms;
  /** In PEM, instead of those of the system. */
  readonly certificateAuthority?: string;
  /** For one question: a request, a handshake, a round trip. */
  readonly timeoutMs: number;
}

export const systemSurroundings: Surroundings = {
  clock: systemClock,
  resolve: resolvePublicly,
  resolveTxt: systemResolveTxt,
  ownAddresses,
  lookAtTls,
  findPrograms,
  timeoutMs: 5000,
};
