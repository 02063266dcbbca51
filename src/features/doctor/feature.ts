import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** What the running server reads, and compares with what a later `doctor` reads. */
const { secretKey, trustedProxies, store, plcUrl, privateHosts } = coreSettings;
const settings = { secretKey, trustedProxies, store, plcUrl, privateHosts };

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
  async start(core, values) {
    const [{ contribute }, { settingMarks }] = await Promise.all([
      import('./contribution.ts'),
      import('./setting-marks.ts'),
    ]);
    const contribution = contribute(core, values.trustedProxies);
    return { ...contribution, controls: [...(contribution.controls ?? []), settingMarks(values)] };
  },
};
