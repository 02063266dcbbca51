/** The last copy of everything, as whoever makes them knows it. */
export interface BackupReport {
  /** Milliseconds since 1970 of the newest one that is whole; undefined where there is none. */
  readonly lastAt: number | undefined;
  /** Older than it should be by the schedule. */
  readonly isStale: boolean;
  /** The last that the schedule began, once it has ended. */
  readonly lastAttempt?: { readonly isMade: boolean; readonly durationMs: number };
}

/** Where the public record leads apps; `gone` where there was one, `unknown` until somebody could look. */
export type PublishState =
  | 'this-server'
  | 'another-host'
  | 'another-key'
  | 'no-usable-host'
  | 'nothing'
  | 'gone'
  | 'unknown';

/** Whether apps find this server, as whoever looks at the public record knows it. */
export interface PublishReport {
  readonly state: PublishState;
  /** Milliseconds since 1970 of the last look that was answered. */
  readonly checkedAt?: number;
  /** The same of the first that saw this. */
  readonly since?: number;
  /** Why nobody can look now, in a sentence, and since when; what is said beside it was seen before. */
  readonly missed?: { readonly since: number; readonly why: string };
  /** Where the record leads instead of here. */
  readonly host?: string;
  /** What is wrong and what to do, in sentences. */
  readonly problem?: string;
}

/** The certificate of a server with TLS of its own; times in milliseconds since 1970. */
export interface CertificateReport {
  readonly source: 'authority' | 'files';
  /** When it ends; undefined while there is none. */
  readonly validTo?: number | undefined;
  /** When the authority is asked for the next one. */
  readonly nextAt?: number | undefined;
}

/** What one feature of the running server has to say to its owner. */
export interface Report {
  readonly backup?: BackupReport;
  readonly publish?: PublishReport;
  readonly certificate?: CertificateReport;
  /** Why the server cannot do all of its work now, for `whyNotReady`. */
  readonly reasons?: readonly string[];
  /** Sentences about what works now and will not for long. */
  readonly warnings?: readonly string[];
}

/** All that works now and will not for long: that apps are led elsewhere, too. */
export function warningsOf({
  publish,
  warnings,
}: Pick<Report, 'publish'> & Required<Pick<Report, 'warnings'>>): readonly string[] {
  return publish?.problem === undefined ? warnings : [publish.problem, ...warnings];
}

/** What the features report, asked anew each time. */
export class Reports {
  readonly #sources: (() => Report)[] = [];

  add(source: () => Report): void {
    this.#sources.push(source);
  }

  /** All reports as one, with the reasons and the warnings of all. */
  read(): Report & Required<Pick<Report, 'reasons' | 'warnings'>> {
    const reports = this.#sources.map((source) => source());
    const merged = reports.reduce((all, report) => ({ ...all, ...report }), {});
    return {
      ...merged,
      reasons: reports.flatMap(({ reasons = [] }) => reasons),
      warnings: reports.flatMap(({ warnings = [] }) => warnings),
    };
  }
}
