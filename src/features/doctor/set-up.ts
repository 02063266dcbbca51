import { findText, type Sources } from '../../platform/config.ts';
import { coreSettings } from '../../settings.ts';

/** Whether anybody has begun to set this server up: there is an env file, or one of what a server cannot do without. */
export function isSetUp(sources: Sources): boolean {
  if (sources.file !== undefined) return true;
  return Object.values(coreSettings).some(
    (setting) => 'required' in setting && findText(setting, sources).text !== undefined,
  );
}
