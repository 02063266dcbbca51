import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** What the running server reads. */
const settings = { trustedProxies: coreSettings.trustedProxies };

/** Looks at the whole set-up and says what is wrong, why, and what to type. */
export const doctorFeature: Feature<typeof settings> = {
  name: 'doctor',
  settings,
  commands: [
    {
      name: 'doctor',
      summary: 'check the whole set-up, and say what to type where something is wrong',
      options: [{ flags: '--json', summary: 'the findings as JSON' }],
      settings: coreSettings,
      examples: [['groundmist doctor', 'each finding with its cause, and the cure where there is one']],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
  start: async (core, values) => (await import('./contribution.ts')).contribute(core, values.trustedProxies),
};
