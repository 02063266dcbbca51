import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Failure } from './core/failure.ts';
import type { Sources } from './platform/config.ts';
import { findEnvFile, readCandidate } from './platform/env-file-search.ts';
import { findAwayDisk } from './platform/expected-disks.ts';
import { readHandedOver } from './platform/handed-over.ts';
import type { Terminal } from './platform/terminal.ts';
import { coreSettings } from './settings.ts';

/** Who hears of env files that were passed over. */
type SourcesTerminal = Pick<Terminal, 'environment' | 'note'>;

/**
 * Where this run's settings come from. The env file is looked for when a setting is first asked
 * for, so that commands without settings do not stumble over somebody else's `.env`.
 */
export function findSources(
  flags: Sources['flags'],
  envFileFlag: string | boolean | undefined,
  terminal: SourcesTerminal,
): Sources {
  const { environment } = terminal;
  let opened: OpenedFile | undefined;
  const open = (): OpenedFile =>
    (opened ??= openEnvFile(typeof envFileFlag === 'string' ? envFileFlag : undefined, terminal));
  return {
    flags,
    environment,
    get file() {
      return open().file;
    },
    get notes() {
      return open().notes;
    },
  };
}

type OpenedFile = Required<Pick<Sources, 'file' | 'notes'>>;

function openEnvFile(flag: string | undefined, terminal: SourcesTerminal): OpenedFile {
  const { environment } = terminal;
  const named = flag ?? (environment['GROUNDMIST_ENV_FILE'] || undefined);
  const found = findEnvFile({
    named,
    configHome: environment['XDG_CONFIG_HOME'] || `${environment['HOME'] ?? homedir()}/.config`,
    userId: process.getuid?.() ?? 0,
    mark: coreSettings.secretKey.env,
    // It keeps its own name: that is where its owner changes it.
    read: (path) => (path === named ? readHandedOver(path, environment) : undefined) ?? readCandidate(path),
  });
  if (found.kind === 'problem') throw whyNotFound(named ?? '', found.sentence);
  for (const note of found.notes) terminal.note(`groundmist: ${note}`);
  return { file: found.file, notes: found.notes };
}

/** On a disk that is not mounted yet it may be there in a moment. */
function whyNotFound(named: string, sentence: string): Failure {
  const away = findAwayDisk(resolve(named));
  if (away === undefined) return new Failure('ConfigurationInvalid', sentence);
  return new Failure(
    'StoreUnavailable',
    `${sentence} /etc/fstab has a disk for ${away}, which is not mounted now.`,
  );
}
