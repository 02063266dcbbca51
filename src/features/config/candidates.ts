import { allSettings } from '../../all-settings.ts';
import type { FindCandidates } from '../../command-line/offer.ts';

/** The settings whose values may be shown. */
export const findSettingNames: FindCandidates = async ({ features }) =>
  allSettings(features)
    .filter(({ secret }) => secret !== true)
    .map(({ env, summary }) => ({ word: env, summary }));
