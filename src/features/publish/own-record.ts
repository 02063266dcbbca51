import { makeSyncRecord, type SyncRecord } from '../../core/discovery/sync-record.ts';
import { Failure } from '../../core/failure.ts';
import type { CommandContext } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { readTypedHost } from './typed-host.ts';

const { host, secretKey } = coreSettings;

/** What this server would publish, or undefined where its settings do not say it: to look and to take away needs neither. */
export async function ownRecord(
  configuration: CommandContext['configuration'],
): Promise<SyncRecord | undefined> {
  try {
    const values = configuration.read({ host, secretKey });
    if (values.host === undefined) return undefined;
    return await makeSyncRecord(readTypedHost(values.host).publicUrl, values.secretKey);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
