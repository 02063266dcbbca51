import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { Namespace } from '../lexicon/namespace.ts';
import type { DocumentId } from '../store/document-id.ts';
import { documentsPath, namespaceDirectory, storesPath } from '../store/layout.ts';
import { livesInStockLayout } from '../store/open-namespace.ts';
import type { Loss } from './document-report.ts';
import type { VerifyEvent } from './event.ts';

/** What a repair would do about what was found; what is in none of it only the owner can mend. */
export interface RepairPlan {
  /** Namespaces whose database is made anew of what can be read. */
  readonly rebuild: readonly Namespace[];
  /** Documents of which something is taken out, or recorded anew. */
  readonly documents: readonly PlannedDocument[];
  readonly mustReplaceStoresFile: boolean;
}

export interface PlannedDocument {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  /** Chunks that go to quarantine. */
  readonly quarantined: number;
  /** As it was told; undefined where all files are gone. */
  readonly lost: Loss | undefined;
}

export async function planRepair(
  dataDirectory: string,
  damage: readonly VerifyEvent[],
  namespaces: readonly Namespace[],
): Promise<RepairPlan> {
  const broken = new Set(damage.flatMap((event) => (event.kind === 'store' ? event.namespace : [])));
  const files = new Set(damage.flatMap((event) => (event.kind === 'file' ? event.finding.path : [])));
  const logOf = (namespace: Namespace): string =>
    relative(dataDirectory, `${documentsPath(dataDirectory, namespace)}-wal`);
  const rebuild: Namespace[] = [];
  for (const namespace of namespaces) {
    if (!broken.has(namespace) && !files.has(logOf(namespace))) continue;
    const isDatabase = existsSync(documentsPath(dataDirectory, namespace));
    if (isDatabase && !(await livesInStockLayout(dataDirectory, namespace))) rebuild.push(namespace);
  }
  const documents = damage.flatMap((event) => {
    if (event.kind === 'store' && event.finding.id !== undefined) {
      // Without its folder no store opens: its owner decides.
      if (!existsSync(namespaceDirectory(dataDirectory, event.namespace))) return [];
      return { namespace: event.namespace, id: event.finding.id, quarantined: 0, lost: undefined };
    }
    if (event.kind !== 'document') return [];
    const { namespace, id, cure, lost } = event.report;
    return { namespace, id, quarantined: cure.aside.length, lost };
  });
  const mustReplaceStoresFile = files.has(relative(dataDirectory, storesPath(dataDirectory)));
  return { rebuild, documents, mustReplaceStoresFile };
}
