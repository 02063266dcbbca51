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
      options: [{ flags: '--json', summary: 'JSON for programs, as docs/json.md describes' }],
      settings: coreSettings,
      tellsOfSources: true,
      examples: [
        [
          'groundmist doctor',
          'each finding with its cause and its cure; exit code 3 where something is wrong',
        ],
        [
          'sudo -u groundmist groundmist doctor',
          'as the user that the server runs as, who sees what it sees',
        ],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
  start: async (core, values) => (await import('./contribution.ts')).contribute(core, values.trustedProxies),
};
