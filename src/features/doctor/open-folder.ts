import type { Finding, Findings } from './finding.ts';
import { findOpenFolder, lookAt, modeWord } from './reaching.ts';

/** That every user of the machine may replace what lies here, whatever its own mode: they may in a folder above it. */
export function judgeAbove(path: string, { warning }: Findings): readonly Finding[] {
  const folder = findOpenFolder(path);
  const stats = folder === undefined ? undefined : lookAt(folder);
  if (folder === undefined || stats === undefined) return [];
  return [
    warning(
      `Other users of this machine may write into ${folder} (${modeWord(stats)}), and so put something else in the place of ${path}.`,
      `If that folder is yours, close it to them (\`chmod o-w\` and its path); if not, move what is groundmist's to a folder of its own.`,
    ),
  ];
}
