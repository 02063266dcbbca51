import type { Paint, Tone } from '../../platform/colour.ts';
import { padToWidth } from '../../platform/columns.ts';
import { escapeLines, escapeUnprintable } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import { isCommand } from './cure.ts';
import type { Finding } from './finding.ts';
import { countKinds } from './report-json.ts';

export interface Page {
  readonly width: number;
  readonly paint: Paint;
  /** Columns of the longest name of a check. */
  readonly nameWidth: number;
}

const marks = {
  ok: { mark: '✓', tone: 'good' },
  unchecked: { mark: '–', tone: 'faint' },
  warning: { mark: '!', tone: 'warning' },
  problem: { mark: '✗', tone: 'problem' },
} as const satisfies Record<Finding['kind'], { readonly mark: string; readonly tone: Tone }>;

const markWidth = 2;
const gapWidth = 2;
/** With less room beside the names they stand above what is said. */
const leastTextWidth = 40;

/** One finding: its mark, the check, what is so, and under it what to type. */
export function describeFinding(finding: Finding, page: Page): string {
  const { mark, tone } = marks[finding.kind];
  const name = escapeUnprintable(finding.check);
  const aside = markWidth + page.nameWidth + gapWidth;
  const isNarrow = page.width - aside < leastTextWidth;
  const indent = isNarrow ? markWidth : aside;
  const lines = wrap(escapeUnprintable(finding.cause), page.width - indent);
  const heading = page.paint(tone, `${mark} ${isNarrow ? name : padToWidth(name, page.nameWidth)}`);
  const [first = '', ...others] = lines;
  return [
    ...(isNarrow ? [heading, `${spaces(indent)}${first}`] : [`${heading}${spaces(gapWidth)}${first}`]),
    ...others.map((line) => spaces(indent) + line),
    ...('cure' in finding ? cureLines(finding.cure, indent, page) : []),
  ].join('\n');
}

/** A command stays on one line however long it is: who copies it shall get all of it, and nothing else. */
function cureLines(cure: string, indent: number, { width, paint }: Page): readonly string[] {
  const text = escapeLines(cure);
  if (isCommand(text)) {
    return text.split('\n').map((line) => spaces(indent) + paint('title', `$ ${line}`));
  }
  return wrap(`→ ${text.replaceAll('\n', ' ')}`, width - indent).map((line) => spaces(indent) + line);
}

/** What was never looked at for one and the same reason, in one line. */
export function describeUnchecked(names: readonly string[], why: string, page: Page): string {
  const { mark, tone } = marks.unchecked;
  const lines = wrap(`not checked: ${names.join(', ')}. ${escapeUnprintable(why)}`, page.width - markWidth);
  return lines.map((line, index) => page.paint(tone, `${index === 0 ? `${mark} ` : '  '}${line}`)).join('\n');
}

export function describeSummary(findings: readonly Finding[], { paint, width }: Page): string {
  const { problem, warning, unchecked, ok } = countKinds(findings);
  const parts = [
    problem > 0 ? paint('problem', count(problem, 'problem')) : '',
    warning > 0 ? paint('warning', count(warning, 'warning')) : '',
    paint('good', `${ok.toLocaleString('en-US')} ok`),
    unchecked > 0 ? paint('faint', `${unchecked.toLocaleString('en-US')} not checked`) : '',
  ];
  const sums = parts.filter(Boolean).join(', ');
  return problem + warning > 0 ? sums : wrap(`${sums}. Nothing needs you.`, width).join('\n');
}

function wrap(text: string, width: number): readonly string[] {
  return Bun.wrapAnsi(text, Math.max(1, width), { hard: true, trim: true }).split('\n');
}

function spaces(width: number): string {
  return ' '.repeat(width);
}
