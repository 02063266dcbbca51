import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

const { owner, host, port, dataDirectory } = coreSettings;

export const initFeature: Feature = {
  name: 'init',
  commands: [
    {
      name: 'init',
      summary: 'set up a server: settings, data directory, systemd unit',
      settings: { owner, host, port, dataDirectory },
      options: [
        { flags: '--handle <handle>', summary: 'the owner by handle, instead of --did' },
        { flags: '--yes', summary: 'ask nothing and take the defaults' },
        { flags: '--dry-run', summary: 'show what would be written and write nothing' },
        { flags: '--force', summary: 'make a new secret, change the owner, replace a unit that is not ours' },
      ],
      examples: [
        ['groundmist init', 'asks what it needs to know'],
        ['groundmist init --handle alice.example.com --host sync.example.com --yes', 'asks nothing'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
