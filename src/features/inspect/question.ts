import { parseMoment, type NamedMoment } from '../../core/content/moment.ts';
import { Failure } from '../../core/failure.ts';
import type { Target } from '../../core/store/target.ts';
import type { CommandContext } from '../../feature.ts';

export type DocumentTarget = Extract<Target, { kind: 'document' }>;

/** What a person wants to know. */
export type Question =
  | { readonly kind: 'one'; readonly target: DocumentTarget; readonly about: DocumentQuestion }
  | { readonly kind: 'list'; readonly target: Exclude<Target, DocumentTarget> }
  | { readonly kind: 'dump' | 'graph' | 'dot'; readonly target: Target }
  | { readonly kind: 'find'; readonly target: Target; readonly text: string };

/** A question about one document. */
export type DocumentQuestion =
  /** Of the latest state where no moment is named. */
  | { readonly kind: 'content' | 'conflicts'; readonly moment: NamedMoment | undefined }
  | { readonly kind: 'history'; readonly moment: NamedMoment | undefined; readonly limit: number }
  | DiffQuestion
  | { readonly kind: 'raw' };

export interface DiffQuestion {
  readonly kind: 'diff';
  /** The beginning, before the first change, where it is undefined. */
  readonly from: NamedMoment | undefined;
  /** Now where it is undefined. */
  readonly to: NamedMoment | undefined;
}

type Options = CommandContext['options'];

/** Those about one document come first. */
const choices = ['history', 'diff', 'conflicts', 'raw', 'dump', 'find', 'graph', 'dot'] as const;
type Choice = (typeof choices)[number];
const takeMoment: ReadonlySet<Choice> = new Set(['history', 'conflicts']);

/** The question that the options ask of the target, or a `Usage` failure where they are several or make none. */
export function readQuestion(options: Options, target: Target, now: number): Question {
  const choice = onlyChoice(options);
  refuseMisplaced(options, choice);
  switch (choice) {
    case 'dump':
    case 'graph':
    case 'dot':
      return { kind: choice, target };
    case 'find':
      return { kind: 'find', target, text: String(options['find']) };
    case 'history':
    case 'diff':
    case 'conflicts':
    case 'raw':
    case undefined:
      if (target.kind === 'document') return { kind: 'one', target, about: aboutOne(options, choice, now) };
  }
  const asked = choice ?? (options['at'] === undefined ? undefined : 'at');
  if (asked === undefined) return { kind: 'list', target };
  throw new Failure('Usage', `--${asked} asks about one document: name its id or its automerge: URL.`);
}

function aboutOne(
  options: Options,
  choice: 'history' | 'diff' | 'conflicts' | 'raw' | undefined,
  now: number,
): DocumentQuestion {
  const { at, diff, limit } = options;
  const moment = typeof at === 'string' ? parseMoment(at, now) : undefined;
  switch (choice) {
    case 'history':
      return { kind: 'history', moment, limit: parseLimit(limit) };
    case 'diff':
      return { kind: 'diff', ...parseEnds(String(diff), now) };
    case 'raw':
      return { kind: 'raw' };
    case 'conflicts':
      return { kind: 'conflicts', moment };
    case undefined:
      return { kind: 'content', moment };
  }
}

function onlyChoice(options: Options): Choice | undefined {
  const chosen = choices.filter((choice) => options[choice] !== undefined);
  // Both are the graph; one says in which language.
  const [choice, other] = chosen.join() === 'graph,dot' ? chosen.slice(1) : chosen;
  if (other === undefined) return choice;
  throw new Failure('Usage', `--${choice} and --${other} are two questions: ask one at a time.`);
}

function refuseMisplaced({ at, limit }: Options, choice: Choice | undefined): void {
  if (at !== undefined && choice !== undefined && !takeMoment.has(choice)) {
    throw new Failure(
      'Usage',
      `--at goes with the content of a document, --history and --conflicts, and not with --${choice}.`,
    );
  }
  if (limit !== undefined && choice !== 'history') {
    throw new Failure('Usage', '--limit goes with --history and with nothing else.');
  }
}

function parseEnds(text: string, now: number): Omit<DiffQuestion, 'kind'> {
  const [from = '', to, more] = text.split('..');
  if (to === undefined || more !== undefined) {
    throw new Failure(
      'Usage',
      '--diff takes two moments with ".." between them, as in 2025-11-20..2025-11-21; one of them may be missing.',
    );
  }
  const named = (moment: string) => (moment === '' ? undefined : parseMoment(moment, now));
  return { from: named(from), to: named(to) };
}

function parseLimit(text: unknown): number {
  if (text === undefined) return Infinity;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Failure('Usage', '--limit takes a number, from 1 on.');
}
