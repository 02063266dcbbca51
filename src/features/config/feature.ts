import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

export const configFeature: Feature = {
  name: 'config',
  commands: [
    {
      name: 'config',
      summary: 'show every setting, its value and where it came from',
      arguments: [
        {
          name: 'setting',
          summary: 'print the value of this one and nothing else: PORT, host, data-dir',
          offer: () => import('./candidates.ts').then(({ findSettingNames }) => findSettingNames),
        },
      ],
      options: [
        { flags: '--explain', summary: 'say also what each of them is for' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: coreSettings,
      examples: [
        ['groundmist config', 'all of them; secrets are never shown'],
        ['groundmist config --explain', 'what each of them is for'],
        ['groundmist config DATA_DIR', 'the value of this one and nothing else, for scripts'],
        ['groundmist config --port 4000', 'what this flag would win over'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
