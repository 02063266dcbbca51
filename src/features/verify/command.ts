import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';
import type { RepairPlan } from '../../core/verify/repair-plan.ts';
import type { RepairEvent } from '../../core/verify/repair.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { escapeLines, printableJson } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import { coreSettings } from '../../settings.ts';
import { look, type Looked } from './look.ts';
import { mend, mendedJson, mendedText, planFor, planJson, planText, refuseWhereHeld } from './mend.ts';
import { eventJson, summaryJson } from './report-json.ts';
import { eventText, summaryText } from './report-text.ts';
import { Tally } from './tally.ts';

/** `groundmist verify [target]`. */
export const run: RunCommand = async (context) => {
  const { options } = context;
  if (options['dryRun'] && !options['repair']) {
    throw new Failure('Usage', '--dry-run says what --repair would do: give both.');
  }
  const report = reportFor(context);
  if (options['repair'] && !options['dryRun']) refuseWhereHeld(context);
  const looked = await look(context, (event) => report.tell(event));
  const { tally } = options['repair'] ? await repaired(context, looked, report) : looked;
  await report.end(tally);
  if (tally.isDamaged) throw damaged(tally, options['repair'] === true);
};

/** Does what can be done, and looks again. */
async function repaired(context: CommandContext, looked: Looked, report: Report): Promise<Looked> {
  const plan = await planFor(context, looked);
  if (context.options['dryRun']) {
    await report.plan(plan);
    return looked;
  }
  for await (const event of mend(context, plan)) await report.mended(event);
  if (!looked.tally.isDamaged) return looked;
  return look(context, (event) => report.tell(event)).catch((error: unknown) => {
    // Of the one document that was asked for nothing was left.
    if (error instanceof Failure && error.code === 'NotFound') return { tally: new Tally(), damage: [] };
    throw error;
  });
}

/** Where the report goes, and in which form. */
interface Report {
  tell(event: VerifyEvent): Promise<void>;
  mended(event: RepairEvent): Promise<void>;
  plan(plan: RepairPlan): Promise<void>;
  end(tally: Tally): Promise<void>;
}

function reportFor({ options, terminal, configuration }: CommandContext): Report {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const root = resolve(dataDirectory);
  const isJson = options['json'] === true || !terminal.isOutputShown;
  return isJson
    ? {
        tell: (event) => terminal.result(printableJson(eventJson(event, root))),
        mended: (event) => terminal.result(printableJson(mendedJson(event, root))),
        plan: (plan) => terminal.result(printableJson(planJson(plan))),
        end: (tally) => terminal.result(printableJson(summaryJson(tally))),
      }
    : {
        tell: (event) => terminal.result(`${eventText(event, root)}\n`),
        mended: (event) => terminal.result(escapeLines(mendedText(event, root))),
        plan: (plan) => terminal.result(escapeLines(planText(plan))),
        end: (tally) => terminal.result(summaryText(tally)),
      };
}

function damaged({ damagedDocuments, damagedFiles }: Tally, wasRepaired: boolean): Failure {
  const what = [
    ...(damagedDocuments > 0 ? [`${count(damagedDocuments, 'document')} damaged`] : []),
    ...(damagedFiles > 0 ? [`${count(damagedFiles, 'problem')} with files`] : []),
  ].join(' and ');
  const next = wasRepaired
    ? 'What is said above of each is what is left to do.'
    : 'With the server stopped, `groundmist verify --repair` keeps the most that loads and deletes nothing.';
  return new Failure('StoreDamaged', `${what}, as said above. ${next}`);
}
