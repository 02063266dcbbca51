import type { Feature } from '../../feature.ts';

/** The newcomer's first minute: a throw-away server, two apps that sync, and what is stored then. */
export const demoFeature: Feature = {
  name: 'demo',
  commands: [
    {
      name: 'demo',
      summary: 'see it work: a throw-away server and two apps that sync, on this machine only',
      options: [{ flags: '--exit', summary: 'end after the last step, instead of at Ctrl-C' }],
      examples: [['groundmist demo', 'no account, no network; Ctrl-C removes all of it']],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
