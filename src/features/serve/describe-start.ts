import type { Core } from '../../core/core.ts';

const httpsPort = 443;

export interface Started {
  readonly core: Pick<Core, 'owner' | 'publicUrl' | 'reports' | 'dataDirectory'>;
  /** `http://127.0.0.1:3031` */
  readonly address: string;
  readonly port: number;
  readonly hasOwnTls: boolean;
}

/** What a person who has started the server wants to know. */
export function describeStart({ core, address }: Started): readonly string[] {
  return [
    `Listening on ${address}, known as ${core.publicUrl.origin}`,
    ...(isWithoutCertificate(core)
      ? ['It waits for its certificate; until that is there, only port 80 answers.']
      : []),
    `Owner: ${core.owner} · documents: ${core.dataDirectory}`,
    'Next: `groundmist publish` lets your apps find it; `groundmist app list` shows who asks to come in.',
  ];
}

/** Why apps may not reach a server with TLS of its own, a sentence; undefined where they do. */
export function whyOtherPort({ core: { publicUrl }, port, hasOwnTls }: Started): string | undefined {
  const publicPort = Number(publicUrl.port || httpsPort);
  if (!hasOwnTls || port === publicPort) return undefined;
  return `Apps come to port ${publicPort} of ${publicUrl.hostname}, and PORT is ${port}: take PORT out of the settings, unless a router or a container leads the one to the other.`;
}

/** Only a server with TLS of its own speaks of one. */
function isWithoutCertificate({ reports }: Pick<Core, 'reports'>): boolean {
  const { certificate } = reports.read();
  return certificate !== undefined && certificate.validTo === undefined;
}
