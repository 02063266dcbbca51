import { z } from 'zod';
import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';
import { parseSocketAddress } from '../../platform/socket-address.ts';

const whatMetricsIs =
  'it is an address of this machine and a port, like 127.0.0.1:3032 or [::1]:3032, or `off` for none';

const metricsSchema = z.string().transform((text, context) => {
  if (text === 'off') return text;
  const address = parseSocketAddress(text);
  if (address !== undefined) return address;
  context.addIssue(whatMetricsIs);
  return z.NEVER;
});

export const serveSettings = {
  ...tlsSettings,
  metrics: {
    env: 'GROUNDMIST_METRICS',
    placeholder: 'address:port',
    summary:
      'where programs that watch the server ask for /metrics and why it is not ready, or `off`; whoever reaches it may read it',
    schema: metricsSchema,
    default: '127.0.0.1:3032',
  },
} as const;

export const serveFeature: Feature<typeof serveSettings> = {
  name: 'serve',
  settings: serveSettings,
  commands: [
    {
      name: 'serve',
      summary: 'run the server until it is told to stop',
      settings: { ...coreSettings, ...serveSettings },
      tellsOfSources: true,
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
