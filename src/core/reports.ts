/** The last copy of everything, as whoever makes them knows it. */
export interface BackupReport {
  /** Milliseconds since 1970 of the newest one that is whole; undefined where there is none. */
  readonly lastAt: number | undefined;
  /** Older than it should be by the schedule. */
  readonly isStale: boolean;
}

/** Whether apps find this server, as whoever looks at the public record knows it. */
export interface PublishReport {
  /** Milliseconds since 1970 of the last look. */
  readonly checkedAt: number;
  /** Undefined where the record names this server, else a sentence. */
  readonly problem: string | undefined;
}

/** What one feature of the running server has to say to its owner. */
export interface Report {
  readonly backup?: BackupReport;
  readonly publish?: PublishReport;
  /** Sentences about what works now and will not for long. What does not work now is a reason of `whyNotReady`. */
  readonly warnings?: readonly string[];
}

/** What the features report, asked anew each time. */
export class Reports {
  readonly #sources: (() => Report)[] = [];

  add(source: () => Report): void {
    this.#sources.push(source);
  }

  /** All reports as one, with the warnings of all. */
  read(): Report & Required<Pick<Report, 'warnings'>> {
    const read: { backup?: BackupReport; publish?: PublishReport; warnings: string[] } = { warnings: [] };
    for (const source of this.#sources) {
      const { warnings = [], ...report } = source();
      read.warnings.push(...warnings);
      Object.assign(read, report);
    }
    return read;
  }
}
