import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** Whether the server can do its work, for who asks over the network and for who runs it in a container. */
export const healthFeature: Feature = {
  name: 'health',
  commands: [
    {
      name: 'health',
      summary:
        'say in one line whether the running server answers, and what keeps it from its work: for containers and scripts',
      options: [
        { flags: '--ready', summary: 'exit with code 3 where it cannot do all of its work' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: { dataDirectory: coreSettings.dataDirectory },
      examples: [
        ['groundmist health', 'exit code 0 where it answers, 1 where none does'],
        [
          'groundmist health --ready',
          'exit code 0 where it can do all of its work, 3 where it cannot, 1 where none answers',
        ],
      ],
      load: () => import('./command.ts').then(({ run }) => run),
    },
  ],
  start: async (core) => (await import('./routes.ts')).contribute(core),
};
