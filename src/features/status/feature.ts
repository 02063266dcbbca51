import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** How the running server does, on one screen. */
export const statusFeature: Feature = {
  name: 'status',
  commands: [
    {
      name: 'status',
      summary: 'show how the running server does: what it keeps, who is connected, what needs you',
      options: [
        { flags: '--watch', summary: 'ask again every two seconds, until Ctrl-C' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: { dataDirectory: coreSettings.dataDirectory },
      examples: [
        ['groundmist status', 'one screen; exit code 3 where the server cannot do all of its work'],
        ['groundmist status --watch', 'the same, kept up to date'],
      ],
      load: () => import('./command.ts').then(({ run }) => run),
    },
  ],
  start: async (core) => (await import('./contribution.ts')).contribute(core),
};
