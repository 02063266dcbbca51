import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';

export const serveFeature: Feature<typeof tlsSettings> = {
  name: 'serve',
  settings: tlsSettings,
  commands: [
    {
      name: 'serve',
      summary: 'run the server until it is told to stop',
      settings: { ...coreSettings, ...tlsSettings },
      examples: [
        ['groundmist serve', 'with the settings that `groundmist init` wrote'],
        [
          'groundmist serve --tls auto --host sync.example.com',
          'with a certificate that it gets and renews by itself, and no proxy',
        ],
        ['groundmist serve --port 4000 --data-dir /srv/groundmist', 'elsewhere, this once'],
      ],
      load: async () => (await import('./command.ts')).serve,
    },
  ],
};
