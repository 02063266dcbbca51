import type { Core } from '../../core/core.ts';
import type { OwnTls } from './own-tls.ts';

const httpsPort = 443;
const httpDefault = 80;

export interface Started {
  readonly core: Pick<Core, 'owner' | 'publicUrl' | 'reports' | 'dataDirectory'>;
  /** `http://127.0.0.1:3031` */
  readonly address: string;
  readonly port: number;
  readonly ownTls: OwnTls | undefined;
}

/** What a person who has started the server wants to know. */
export function describeStart({ core, address, port, ownTls }: Started): readonly string[] {
  const { publicUrl, owner, dataDirectory } = core;
  const who = `Owner: ${owner} · documents: ${dataDirectory}`;
  if (!isWithoutCertificate(core)) {
    return [
      `Listening on ${address}, known as ${publicUrl.origin}`,
      who,
      'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
    ];
  }
  const httpPort = ownTls?.kind === 'auto' ? ownTls.httpPort : httpDefault;
  return [
    `Waiting for the certificate of ${publicUrl.hostname}: port ${port} opens once it is there, and until then only port ${httpPort} answers. Where that takes longer than a minute, \`groundmist status\` says why.`,
    who,
    'Next: once it is there, `groundmist publish` lets your apps find the server.',
  ];
}

/** Why apps may not reach a server with TLS of its own, a sentence; undefined where they do. */
export function whyOtherPort({ core: { publicUrl }, port, ownTls }: Started): string | undefined {
  const publicPort = Number(publicUrl.port || httpsPort);
  if (ownTls === undefined || port === publicPort) return undefined;
  const cure = publicPort === httpsPort ? 'take PORT out of the settings' : `set PORT=${publicPort}`;
  return `Apps come to port ${publicPort} of ${publicUrl.hostname}, and PORT is ${port}: ${cure}, unless a router or a container leads the one to the other.`;
}

/** Only a server with TLS of its own speaks of one. */
function isWithoutCertificate({ reports }: Pick<Core, 'reports'>): boolean {
  const { certificate } = reports.read();
  return certificate !== undefined && certificate.validTo === undefined;
}
