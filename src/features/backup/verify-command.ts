import { resolve } from 'node:path';
import { refuseProblems, verifyBackup } from '../../core/backup/verify.ts';
import type { RunCommand } from '../../feature.ts';
import { systemClock } from '../../platform/clock.ts';
import { printableJsonLines } from '../../platform/escape.ts';
import { count, formatBytes } from '../../platform/format.ts';
import { startProgress } from '../../platform/progress.ts';
import { verifiedJson } from './backup-json.ts';
import { openOwnFence } from './own-fence.ts';
import { controlTablesOf } from '../../control-tables.ts';
import { readBackupSettings } from './read-settings.ts';
import { readKey } from './secrets.ts';
import { readingProgress } from './reading-progress.ts';

/** `groundmist backup verify <file>`. */
export const run: RunCommand = async (context) => {
  const { terminal, options, signal } = context;
  const values = readBackupSettings(context);
  const path = resolve(context.arguments['file'] ?? '');
  await using fence = await openOwnFence(terminal);
  const problems: string[] = [];
  const { manifest, problemCount } = await (async () => {
    using reading = readingProgress(path, terminal);
    using opening = startProgress({ terminal, elapsed: systemClock.elapsed, unit: 'items' });
    return verifyBackup({
      path,
      controlTables: controlTablesOf(context),
      key: () => readKey(context, values),
      signal,
      fence,
      read: reading.read,
      opened: (done, total) => opening.show(done, total, 'opening documents'),
      problem(sentence) {
        terminal.problem(sentence);
        if (options['json'] === true) problems.push(sentence);
      },
    });
  })();
  if (options['json'] === true)
    await terminal.result(printableJsonLines(verifiedJson(path, manifest, problems)));
  else if (problemCount === 0) {
    const opened = count(manifest.documents.count, 'document');
    await terminal.result(
      `Whole: ${opened} opened, ${count(manifest.files.count, 'file')}, ${formatBytes(manifest.dataBytes)}, as of ${manifest.createdAt}.`,
    );
  }
  refuseProblems(problemCount);
};
