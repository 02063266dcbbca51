import type { Finding } from './finding.ts';

/** What `doctor --json` prints: a stable shape. */
export interface ReportJson {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Of this groundmist. */
  readonly version: string;
  readonly counts: Readonly<Record<Finding['kind'], number>>;
  readonly findings: readonly {
    readonly check: string;
    readonly kind: Finding['kind'];
    readonly cause: string;
    /** Null where nothing is wrong. */
    readonly cure: string | null;
  }[];
}

export function reportJson(
  findings: readonly Finding[],
  { at, version }: Pick<ReportJson, 'at' | 'version'>,
): ReportJson {
  return {
    at,
    version,
    counts: countKinds(findings),
    findings: findings.map((finding) => ({
      check: finding.check,
      kind: finding.kind,
      cause: finding.cause,
      cure: 'cure' in finding ? finding.cure : null,
    })),
  };
}

export function countKinds(findings: readonly Finding[]): Record<Finding['kind'], number> {
  const counts = { problem: 0, warning: 0, unchecked: 0, ok: 0 };
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}
