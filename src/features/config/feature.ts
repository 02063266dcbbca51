import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

export const configFeature: Feature = {
  name: 'config',
  commands: [
    {
      name: 'config',
      summary: 'show every setting, its value and where it came from',
      options: [{ flags: '--json', summary: 'print JSON' }],
      settings: coreSettings,
      examples: [['groundmist config --json', 'the same for a program; secrets are never shown']],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
