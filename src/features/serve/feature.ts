import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

export const serveFeature: Feature = {
  name: 'serve',
  commands: [
    {
      name: 'serve',
      summary: 'run the server until it is told to stop',
      settings: coreSettings,
      examples: [
        ['groundmist serve', 'with the settings that `groundmist init` wrote'],
        ['groundmist serve --port 4000 --data-dir /srv/groundmist', 'elsewhere, this once'],
      ],
      load: async () => (await import('./command.ts')).serve,
    },
  ],
};
