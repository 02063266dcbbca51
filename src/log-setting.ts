import { z } from 'zod';
import type { Configuration } from './configuration.ts';
import { Failure } from './core/failure.ts';
import { isLogArea, logAreas, type LogArea } from './core/log-areas.ts';
import { readSettings } from './platform/config.ts';
import { logLevels, type Level } from './platform/log.ts';
import { logForms, type LogForm } from './platform/log-line.ts';
import { findNearest } from './platform/nearest.ts';
import { redactValue } from './platform/redact.ts';
import type { Terminal } from './platform/terminal.ts';

/** What GROUNDMIST_LOG asks for. */
export interface LogWish {
  readonly form?: LogForm;
  readonly level?: Level;
  readonly areas: Readonly<Record<string, Level>>;
}

const mostWords = 32;

/** `info,sync=debug,text`: words with commas between, none of which says again what another one said. */
const logSchema = z.string().transform((text, context): LogWish => {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  const said = words
    .filter((word) => word !== '')
    .slice(0, mostWords)
    .map(readWord);
  for (const one of said) if (one.kind === 'problem') context.addIssue(one.sentence);
  const subjects = said.flatMap((one) =>
    one.kind === 'problem' ? [] : [one.kind === 'area' ? one.area : one.kind],
  );
  const twice = subjects.find((subject, index) => subjects.indexOf(subject) !== index);
  if (twice !== undefined) context.addIssue(`it says twice which ${twice} there is to be; leave one out`);
  const forms = said.flatMap((one) => (one.kind === 'form' ? [{ form: one.form }] : []));
  const levels = said.flatMap((one) => (one.kind === 'level' ? [{ level: one.level }] : []));
  const areas = said.flatMap((one) => (one.kind === 'area' ? [[one.area, one.level] as const] : []));
  return { ...forms[0], ...levels[0], areas: Object.fromEntries(areas) };
});

export const logSetting = {
  env: 'GROUNDMIST_LOG',
  placeholder: 'levels',
  summary: 'what the log says: error, warning, info or debug, also by area, and text or json',
  schema: logSchema,
  default: 'info',
} as const;

type Said =
  | { readonly kind: 'form'; readonly form: LogForm }
  | { readonly kind: 'level'; readonly level: Level }
  | { readonly kind: 'area'; readonly area: LogArea; readonly level: Level }
  | { readonly kind: 'problem'; readonly sentence: string };

function readWord(word: string): Said {
  const equals = word.indexOf('=');
  const [area, value] = equals === -1 ? [undefined, word] : [word.slice(0, equals), word.slice(equals + 1)];
  const form = logForms.find((one) => one === value);
  if (area === undefined && form !== undefined) return { kind: 'form', form };
  if (area !== undefined && !isLogArea(area)) return problem(area, 'area of the log', Object.keys(logAreas));
  const level = logLevels.find((one) => one === value);
  if (level === undefined) return problem(value, 'level', logLevels);
  return area === undefined ? { kind: 'level', level } : { kind: 'area', area, level };
}

function problem(word: string, what: string, there: readonly string[]): Said {
  const meant = findNearest(word, there);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  const sentence = `"${redactValue(word).slice(0, 80)}" is no ${what}; there are ${there.join(', ')}.${hint}`;
  return { kind: 'problem', sentence };
}

/** What the setting asks for; nothing where it cannot be read, which whoever reads all settings tells, in the usual form. */
export function readLogWish({ sources }: Pick<Configuration, 'sources'>): LogWish {
  try {
    const reading = readSettings({ wish: logSetting }, sources);
    if (reading.kind === 'values') return reading.values.wish;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
  }
  return { areas: {} };
}

/** What the setting, and the flags that win over it, come to: --verbose and --quiet are the level of the areas that have none of their own. */
export function chooseLog(
  wish: LogWish,
  { isQuiet, isVerbose, isTalkShown }: Pick<Terminal, 'isQuiet' | 'isVerbose' | 'isTalkShown'>,
): Required<LogWish> {
  const flag = isVerbose ? 'debug' : isQuiet ? 'warning' : undefined;
  return {
    form: wish.form ?? (isTalkShown ? 'text' : 'json'),
    level: flag ?? wish.level ?? 'info',
    areas: wish.areas,
  };
}
