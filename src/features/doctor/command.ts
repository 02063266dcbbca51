import { Failure } from '../../core/failure.ts';
import type { RunCommand } from '../../feature.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { checks } from './checks.ts';
import type { Finding } from './finding.ts';

/** Looks at everything, one check after another, and says what it finds as it finds it. */
export const run: RunCommand = async (context) => {
  const { terminal, options, signal } = context;
  const isJson = options['json'] === true;
  const findings: Finding[] = [];
  for (const check of checks) {
    signal.throwIfAborted();
    const found = await check.find(context);
    findings.push(...found);
    if (!isJson) for (const finding of found) await terminal.result(describe(finding));
  }
  if (isJson) await terminal.result(printableJsonLines({ findings }));
  const problems = findings.filter(({ kind }) => kind === 'problem');
  if (problems.length > 0) throw new Failure('NotReady', `${problems.length} things need you.`);
};

function describe(finding: Finding): string {
  const line = `${finding.kind.padEnd(8)} ${finding.check}: ${finding.cause}`;
  return finding.kind === 'ok' ? line : `${line}\n           ${finding.cure}`;
}
