import { Failure } from '../failure.ts';
import type { Heads } from '../store/document-store.ts';
import { escapeUnprintable } from '../../platform/escape.ts';
import { isoTime } from '../../platform/format.ts';
import { changesUpTo, headsOf, type HistoricChange, type History } from './history.ts';

/** A moment of a document as a person names it. */
export type NamedMoment =
  | { readonly kind: 'heads'; readonly prefixes: readonly string[] }
  /** Milliseconds since 1970. */
  | { readonly kind: 'time'; readonly time: number };

/** A state that the document once had, or would have had where its changes had met by then. */
export interface Moment {
  /** Sorted; none builds on another. */
  readonly heads: Heads;
  /** All that made it, each after those it builds on. */
  readonly changes: readonly HistoricChange[];
}

const headsForm = /^[0-9a-f]{7,64}(?:,[0-9a-f]{7,64})*$/i;
const timeForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:\d\d)?)?$/i;
const agoForm = /^(\d{1,9}) ?(s|m|h|d|w)[a-z]* ago$/i;
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * What `text` names: hashes of changes or the first seven and more of their digits, with commas between them; a date
 * or time of ISO 8601, in UTC where it has no zone; or `2h ago`, before `now`.
 */
export function parseMoment(text: string, now: number): NamedMoment {
  if (headsForm.test(text)) return { kind: 'heads', prefixes: text.toLowerCase().split(',') };
  const time = parseTime(text, now);
  if (!Number.isNaN(time)) return { kind: 'time', time };
  throw new Failure(
    'Usage',
    `"${escapeUnprintable(text.slice(0, 100))}" is no moment: name hashes of changes (seven digits or more, with commas between them), a time like 2025-11-21 or 2025-11-21T05:41:07Z, or how long ago, like "2h ago".`,
  );
}

/** The latest state. */
export function latestMoment(history: History): Moment {
  return { heads: headsOf(history.changes), changes: history.changes };
}

/** The state at a moment; `MomentNotFound` where there was none yet or no such change, `Usage` where a prefix has several. */
export function resolveMoment(history: History, named: NamedMoment): Moment {
  return named.kind === 'heads' ? atHeads(history, named.prefixes) : atTime(history, named.time);
}

function parseTime(text: string, now: number): number {
  const [, amount, unit = ''] = agoForm.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (unitMs[unit.toLowerCase()] ?? NaN);
  const [, date, clock = '00:00', zone = 'Z'] = timeForm.exec(text) ?? [];
  if (date === undefined) return NaN;
  const time = Date.parse(`${date}T${clock}${zone.toUpperCase()}`);
  // The 31st of February is none; JavaScript would take it for the 3rd of March.
  return isoTime(Date.parse(date))?.startsWith(date) ? time : NaN;
}

function atHeads(history: History, prefixes: readonly string[]): Moment {
  const named = prefixes.map((prefix) => findChange(history, prefix).hash);
  const changes = changesUpTo(history, named);
  return { heads: headsOf(changes), changes };
}

function findChange({ changes, places }: History, prefix: string): HistoricChange {
  const exact = changes[places.get(prefix) ?? -1];
  const found = exact ? [exact] : changes.filter(({ hash }) => hash.startsWith(prefix));
  const [only, other] = found;
  if (only === undefined) {
    throw new Failure(
      'MomentNotFound',
      `The document has no change ${prefix}; --history shows those it has.`,
    );
  }
  if (other === undefined) return only;
  throw new Failure(
    'Usage',
    `${found.length} changes begin with ${prefix}, ${only.hash} and ${other.hash} among them: name more digits.`,
  );
}

/**
 * What was made by then, and builds on nothing that was made later: a clock that is behind puts a change to the time
 * of what it builds on, and a change without a time belongs to that, too. What was made before all that say when is
 * no state of its own.
 */
function atTime({ changes }: History, time: number): Moment {
  const present = changes.filter(({ notBefore }) => notBefore <= time);
  if (present.some(({ madeAt }) => madeAt !== undefined))
    return { heads: headsOf(present), changes: present };
  const dated = changes.filter(({ madeAt }) => madeAt !== undefined).map(({ notBefore }) => notBefore);
  if (dated.length === 0) {
    throw new Failure(
      'MomentNotFound',
      'None of its changes says when it was made: name a moment by its heads, which --history shows.',
    );
  }
  const first = isoTime(dated.reduce((least, one) => Math.min(least, one)));
  throw new Failure(
    'MomentNotFound',
    `Its first change was made at ${first ?? ''}: it had no state before that.`,
  );
}
