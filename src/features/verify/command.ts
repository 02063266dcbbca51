import { resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { VerifyEvent } from '../../core/verify/event.ts';
import type { CommandContext, RunCommand } from '../../feature.ts';
import { printableJson } from '../../platform/escape.ts';
import { count } from '../../platform/format.ts';
import { coreSettings } from '../../settings.ts';
import { look } from './look.ts';
import { eventJson, summaryJson } from './report-json.ts';
import { eventText, summaryText } from './report-text.ts';
import type { Tally } from './tally.ts';

/** `groundmist verify [target]`. */
export const run: RunCommand = async (context) => {
  const { options } = context;
  if (options['dryRun'] && !options['repair']) {
    throw new Failure('Usage', '--dry-run says what --repair would do: give both.');
  }
  const report = reportFor(context);
  const { tally } = await look(context, (event) => report.tell(event));
  await report.end(tally);
  if (tally.isDamaged) throw damaged(tally);
};

/** Where the report goes, and in which form. */
interface Report {
  tell(event: VerifyEvent): Promise<void>;
  end(tally: Tally): Promise<void>;
}

function reportFor({ options, terminal, configuration }: CommandContext): Report {
  const { dataDirectory } = configuration.read({ dataDirectory: coreSettings.dataDirectory });
  const root = resolve(dataDirectory);
  const isJson = options['json'] === true || !terminal.isOutputShown;
  return isJson
    ? {
        tell: (event) => terminal.result(printableJson(eventJson(event, root))),
        end: (tally) => terminal.result(printableJson(summaryJson(tally))),
      }
    : {
        tell: (event) => terminal.result(`${eventText(event, root)}\n`),
        end: (tally) => terminal.result(summaryText(tally)),
      };
}

function damaged({ damagedDocuments, damagedFiles }: Tally): Failure {
  const what = [
    ...(damagedDocuments > 0 ? [`${count(damagedDocuments, 'document')} damaged`] : []),
    ...(damagedFiles > 0 ? [`${count(damagedFiles, 'problem')} with files`] : []),
  ].join(' and ');
  return new Failure(
    'StoreDamaged',
    `${what}, as said above. With the server stopped, \`groundmist verify --repair\` keeps the most that loads and deletes nothing.`,
  );
}
