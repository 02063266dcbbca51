import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';
import { tlsSettings } from '../../tls-settings.ts';

const { owner, host, port, listen, dataDirectory } = coreSettings;

export const initFeature: Feature = {
  name: 'init',
  commands: [
    {
      name: 'init',
      summary: 'set up a server: settings, data directory, systemd unit, Caddyfile',
      settings: { owner, host, port, listen, dataDirectory, tls: tlsSettings.tls },
      options: [
        { flags: '--handle <handle>', summary: 'the owner by handle, instead of --did' },
        { flags: '--local', summary: 'no public name, instead of --host: for apps on this machine only' },
        {
          flags: '--unit <scope>',
          summary: 'write a systemd unit, your own or one of the machine, or none',
          choices: ['user', 'system', 'none'],
        },
        { flags: '--system', summary: 'the same as --unit system' },
        { flags: '--caddyfile', summary: 'write a Caddyfile, which brings HTTPS to the public name' },
        { flags: '--no-caddyfile', summary: 'write no Caddyfile' },
        {
          flags: '--publish <login>',
          summary: 'publish the name at once, unchecked, with this login',
          choices: ['no', 'app-password', 'oauth'],
        },
        { flags: '--yes', summary: 'ask nothing and take the defaults' },
        { flags: '--dry-run', summary: 'show what would be written and write nothing' },
        {
          flags: '--force',
          summary: 'make a new secret, change the owner, replace a unit or Caddyfile changed by hand',
        },
      ],
      examples: [
        ['groundmist init', 'asks what it needs to know; once more, it changes what you change'],
        ['groundmist init --handle alice.example.com --host sync.example.com --yes', 'asks nothing'],
        ['groundmist init --system --dry-run', 'shows every file, with its mode'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
};
