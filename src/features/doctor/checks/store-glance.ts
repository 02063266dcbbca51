import { Failure } from '../../../core/failure.ts';
import { glance, type GlanceFault } from '../../../core/store/glance.ts';
import { controlDatabasePath } from '../../../core/store/layout.ts';
import { join } from 'node:path';
import { findingsOf, type Finding } from '../finding.ts';

const { problem } = findingsOf('store');

/** What the file system tells of the files, which a server that has them open does not notice. */
export function glanceOver(path: string, isRunning: boolean): readonly Finding[] {
  try {
    return glance(path, isRunning).map((seen) => describe(path, seen, isRunning));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [problem(error.message, brought)];
  }
}

const brought =
  'Bring it back from a backup: `groundmist backup list` shows them, and `groundmist backup restore` brings one back.';

const words: Readonly<Record<GlanceFault['fault'], string>> = {
  gone: 'is gone, and was there',
  emptied: 'is empty, and was not',
  'of another size': 'has another size than what was left there, so something else than groundmist wrote it',
  'no database': 'is damaged: it does not begin as a database does',
  'cut short': 'is damaged: its end is missing',
};

function describe(directory: string, { path, fault }: GlanceFault, isRunning: boolean): Finding {
  const isControl = join(directory, path) === controlDatabasePath(directory);
  const what = isControl ? ' It says which apps you let in.' : '';
  if (!isRunning) {
    const before = `Before a server starts, bring it back from a backup, if you have one (\`groundmist backup restore\`).`;
    return problem(`${join(directory, path)} ${words[fault]}.${what} ${before}`, 'groundmist verify');
  }
  return problem(
    `${join(directory, path)} ${words[fault]}, and the server runs on without it: what it stores now is lost when it ends.${what}`,
    `Stop the server. ${brought}`,
  );
}
