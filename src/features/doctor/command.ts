import { Failure } from '../../core/failure.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { painter } from '../../platform/colour.ts';
import { cutToWidth } from '../../platform/columns.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import { OutputClosed, type Terminal } from '../../platform/terminal.ts';
import { version } from '../../platform/version.ts';
import { checks } from './checks.ts';
import type { Check, Finding } from './finding.ts';
import { look } from './look.ts';
import { reportJson } from './report-json.ts';
import { describeFinding, describeSummary, type Page } from './report-text.ts';
import { Unchecked } from './unchecked.ts';

export const run: RunCommand = (context) => examine(context, checks);

/**
 * Looks at everything, one check after another, and says what it finds as it finds it; then `ProblemsFound` where there are
 * any. Where whoever reads had enough before the end, as `head` has, it goes on without a word: the exit code is an answer too.
 */
export async function examine(context: CommandContext, examined: readonly Check[]): Promise<void> {
  const findings = await (context.options['json'] === true ? printAll : tellAll)(context, examined);
  const faulty = findings.filter(({ kind }) => kind === 'problem').map(({ check }) => check);
  if (faulty.length === 0) return;
  const names = [...new Set(faulty)].join(', ');
  throw new Failure('ProblemsFound', `${count(faulty.length, 'problem')} found: ${names}.`);
}

/** A result, to whoever still reads. */
async function say(terminal: Pick<Terminal, 'result'>, text: string): Promise<void> {
  try {
    await terminal.result(text);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
}

async function printAll(context: CommandContext, examined: readonly Check[]): Promise<readonly Finding[]> {
  const { terminal } = context;
  const findings: Finding[] = [];
  for (const check of walk(terminal, examined)) findings.push(...(await look(check, context)));
  const at = new Date(systemClock.now()).toISOString();
  await say(terminal, printableJsonLines(reportJson(findings, { at, version })));
  return findings;
}

async function tellAll(context: CommandContext, examined: readonly Check[]): Promise<readonly Finding[]> {
  const { terminal } = context;
  const page: Page = {
    width: terminal.width,
    paint: painter(terminal),
    nameWidth: Math.max(0, ...examined.map(({ name }) => name.length)),
  };
  const findings: Finding[] = [];
  const leftOut = new Unchecked();
  for (const check of walk(terminal, examined)) {
    const found = await look(check, context);
    findings.push(...found);
    const shown = found.filter((finding) => !leftOut.takes(finding)).map((one) => describeFinding(one, page));
    terminal.draw?.(clearLine);
    if (shown.length > 0) await say(terminal, shown.join('\n'));
  }
  const said = [...leftOut.describe(page), '', describeSummary(findings, page)];
  await say(terminal, said.join('\n'));
  return findings;
}

const clearLine = '\r\u001B[2K';

/** The checks one by one, with a line on a person's terminal that says which is under way, gone at the end. */
function* walk(terminal: Pick<Terminal, 'draw' | 'width'>, examined: readonly Check[]): Generator<Check> {
  try {
    for (const [index, check] of examined.entries()) {
      const line = `… ${check.name} (${index + 1} of ${examined.length})`;
      terminal.draw?.(clearLine + cutToWidth(line, Math.max(0, terminal.width - 1)));
      yield check;
    }
  } finally {
    terminal.draw?.(clearLine);
  }
}
