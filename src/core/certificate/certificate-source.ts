import type { CertificateReport, Report } from '../reports.ts';
import { validityOf, type KeyPair } from './key-pair.ts';

/** Where the certificate of a server comes from, for as long as it runs. */
export interface CertificateSource extends AsyncDisposable {
  /** Hands over a pair at once where there is one, and each later one. */
  start(onPair: (pair: KeyPair) => Promise<void>): Promise<void>;
  /** From memory. */
  report(): Report;
}

const warnBeforeMs = 3 * 24 * 3_600_000;

export interface Known {
  readonly source: CertificateReport['source'];
  readonly name: string;
  readonly current: KeyPair | undefined;
  /** Why there is no newer one, in sentences. */
  readonly problem: string | undefined;
  /** Milliseconds since 1970. */
  readonly nextAt?: number | undefined;
}

/** What is known of a certificate, as `status` and `/ready` have it: a reason where apps cannot come in, else a warning. */
export function describeCertificate({ source, name, current, problem, nextAt }: Known, now: number): Report {
  const validity = current && validityOf(current);
  const certificate = { source, validTo: validity?.to, nextAt };
  const why = whyNotGood(name, validity, now);
  if (why !== undefined) return { certificate, reasons: [problem === undefined ? why : `${why} ${problem}`] };
  if (problem !== undefined) return { certificate, warnings: [problem] };
  const isLate = source === 'files' && validity !== undefined && validity.to - now < warnBeforeMs;
  if (!isLate) return { certificate };
  return {
    certificate,
    warnings: [
      `The certificate of ${name} ends at ${new Date(validity.to).toISOString()}, and no newer one lies in GROUNDMIST_TLS_CERT: renew it.`,
    ],
  };
}

function whyNotGood(
  name: string,
  validity: ReturnType<typeof validityOf> | undefined,
  now: number,
): string | undefined {
  if (validity === undefined) return `There is no certificate for ${name} yet, so apps cannot come in.`;
  if (validity.to <= now) {
    return `The certificate of ${name} ended at ${new Date(validity.to).toISOString()}, so apps cannot come in.`;
  }
  if (validity.from > now) {
    return `The certificate of ${name} begins at ${new Date(validity.from).toISOString()}, and this machine believes that it is earlier: set its clock (\`timedatectl\`).`;
  }
  return undefined;
}
