import type { CommandContext } from '../../feature.ts';
import type { Values } from '../../platform/config.ts';
import { backupFeature, type BackupSettings } from './feature.ts';

export type BackupValues = Values<BackupSettings>;

/** The settings of this feature as one run of a command sees them. */
export function readBackupSettings({ configuration }: CommandContext): BackupValues {
  const { settings } = backupFeature;
  if (settings === undefined) throw new Error('the backup feature declares settings');
  return configuration.read(settings);
}
