import { existsSync } from 'node:fs';
import { CertificateFiles } from '../../core/certificate/certificate-files.ts';
import type { CertificateSource } from '../../core/certificate/certificate-source.ts';
import type { Core } from '../../core/core.ts';
import type { Groundmist } from '../../groundmist.ts';
import { logOf } from '../../core/log-areas.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { openChallengePort } from './challenge-port.ts';
import type { ListenOptions, Network } from './listen.ts';
import type { OwnTls } from './own-tls.ts';
import { SecuredPort } from './secured-port.ts';

interface SecuredOptions extends ListenOptions {
  readonly groundmist: Pick<Groundmist, 'fetch' | 'fail' | 'websocket'>;
  readonly core: Core;
  readonly ownTls: OwnTls;
}

/** Authorities take their time to sign. */
const authorityTimeoutMs = 30_000;

/** Listens with TLS as soon as there is a certificate; what it opens beside the port goes onto the stack. */
export async function listenSecured(options: SecuredOptions, opened: AsyncDisposableStack): Promise<Network> {
  const { groundmist, core } = options;
  const hostname = options.listen === '::' && !hasIpv6() ? '0.0.0.0' : options.listen;
  const port = new SecuredPort(groundmist, { hostname, port: options.port }, core.clock);
  const source = opened.use(await openSource({ ...options, listen: hostname }, opened));
  core.reports.add(() => source.report());
  await source.start((pair) => port.use(pair));
  return {
    get address() {
      const address = hostname.includes(':') ? `[${hostname}]` : hostname;
      return new URL(`https://${address}:${port.place.port}`).origin;
    },
    stop: (isForced) => port.stop(isForced),
  };
}

async function openSource(
  { core, ownTls, listen, dataDirectory, privateHosts = [] }: SecuredOptions,
  opened: AsyncDisposableStack,
): Promise<CertificateSource> {
  const { clock, publicUrl } = core;
  const log = logOf(core.log, 'tls');
  if (ownTls.kind === 'files') return new CertificateFiles({ ...ownTls, clock, log });
  const { order, httpPort } = ownTls;
  const answers = new Map<string, string>();
  const challenges = openChallengePort({ hostname: listen, port: httpPort }, answers, publicUrl);
  opened.defer(challenges.close);
  const { OrderedCertificate } = await import('../../core/certificate/ordered-certificate.ts');
  const fetch = createOutbound({ privateHosts, timeoutMs: authorityTimeoutMs });
  return new OrderedCertificate({ dataDirectory, order, answers, fetch, clock, log, random: Math.random });
}

/** A kernel without IPv6 has no `::`, which else takes IPv4 too. */
function hasIpv6(): boolean {
  return process.platform !== 'linux' || existsSync('/proc/self/net/if_inet6');
}
