import type { Feature } from '../../feature.ts';

/** The newcomer's first minute: a throw-away server, two apps that sync, and what is stored then. */
export const demoFeature: Feature = {
  name: 'demo',
  commands: [
    {
      name: 'demo',
      summary: 'see it work: a throw-away server and two devices that sync, on this machine only',
      options: [
        { flags: '--yes', summary: 'let the app in that you would be asked about' },
        { flags: '--exit', summary: 'no questions and no waiting for keys, and end after the last step' },
      ],
      examples: [
        ['groundmist demo', 'no account, no network; Ctrl-C at any moment removes all of it'],
        ['groundmist demo --exit | less', 'all of it at once, to be read'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
