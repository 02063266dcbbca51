import { differenceLines } from '../../core/content/difference-words.ts';
import type { Difference } from '../../core/content/differences.ts';
import { jsonPatch } from '../../core/content/json-patch.ts';
import type { Namespace } from '../../core/lexicon/namespace.ts';
import { documentUrl, type DocumentId } from '../../core/store/document-id.ts';
import type { Heads } from '../../core/store/document-store.ts';
import type { CommandContext } from '../../feature.ts';
import { painter } from '../../platform/colour.ts';
import { escapeUnprintable, printableJson } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import type { Terminal } from '../../platform/terminal.ts';

interface Found {
  readonly namespace: Namespace;
  readonly id: DocumentId;
  /** The heads of the state that is wanted. */
  readonly moment: Heads;
  /** Those the document had. */
  readonly before: Heads;
  /** From what it was to what is wanted. */
  readonly differences: readonly Difference[];
}

/** What came of bringing a state back. */
export type Restoration = Found &
  (
    | { readonly kind: 'not written' | 'as it was' }
    /** `after` may hold what somebody else changed meanwhile. */
    | { readonly kind: 'written'; readonly change: string; readonly after: Heads }
  );

const mostLines = 200;

/** Says what was, or would be, different: in words for a person, as JSON Patch for a program. */
export async function tell({ terminal, options }: CommandContext, restoration: Restoration): Promise<void> {
  if (options['json'] === true) return await terminal.result(printableJson(restorationJson(restoration)));
  await terminal.result(documentUrl(restoration.id));
  await terminal.result(differenceText(terminal, restoration.differences));
  await terminal.result(outcome(restoration));
}

function restorationJson(restoration: Restoration): object {
  const { kind, namespace, id, moment, before, differences } = restoration;
  const isWritten = kind === 'written';
  return {
    namespace,
    id,
    url: documentUrl(id),
    at: { heads: moment },
    before: { heads: before },
    after: isWritten ? { heads: restoration.after } : null,
    change: isWritten ? restoration.change : null,
    patch: [...jsonPatch(differences)],
  };
}

function differenceText(terminal: Terminal, differences: readonly Difference[]): string {
  if (differences.length === 0) return '\nNothing is different: it reads like that now.\n';
  const paint = painter(terminal);
  const lines = differences.flatMap((difference) => [...differenceLines(difference)]);
  const shown = lines
    .slice(0, mostLines)
    .map(
      ({ path, words, tone }) =>
        `  ${paint('key', escapeUnprintable(path))}: ${paint(tone, escapeUnprintable(words))}`,
    );
  const left = lines.length - shown.length;
  const more = left > 0 ? [paint('faint', `  … and ${left.toLocaleString('en-US')} more`)] : [];
  return ['', ...shown, ...more, ''].join('\n');
}

function outcome(restoration: Restoration): string {
  const { id, before, differences } = restoration;
  if (restoration.kind !== 'written') {
    return restoration.kind === 'as it was' ? 'Nothing was written.' : 'Nothing was written: --dry-run.';
  }
  return [
    `Restored by one new change, ${restoration.change.slice(0, 10)}: ${count(differences.length, 'difference')}.`,
    `To take it back: groundmist restore ${id} --at ${before.map((head) => head.slice(0, 10)).join(',')}`,
  ].join('\n');
}
