import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

const { owner, plcUrl, privateHosts, secretKey } = coreSettings;

/** Tells apps where this server is, with a public record in the owner's PDS; the running server watches that. */
export const publishFeature: Feature = {
  name: 'publish',
  commands: [
    {
      name: 'publish',
      summary: 'tell apps where your server is, with a public record in your PDS',
      arguments: [{ name: 'host', summary: 'the public name, which is GROUNDMIST_HOST; may be left out' }],
      options: [
        {
          flags: '--oauth',
          summary: 'log in through a browser, here or on another machine, without a password',
        },
        { flags: '--dry-run', summary: 'show what would be written, and what it replaces; needs no login' },
        { flags: '--show', summary: 'show what is published now; needs no login' },
        { flags: '--remove', summary: 'take the record away' },
        { flags: '--skip-check', summary: 'do not ask the host first whether it is this server' },
        {
          flags: '--yes',
          summary: 'do not ask before apps are sent elsewhere, or another server’s record is removed',
        },
        { flags: '--password-stdin', summary: 'read the app password from standard input' },
        { flags: '--json', summary: 'the result as JSON' },
      ],
      settings: { owner, plcUrl, privateHosts, secretKey },
      examples: [
        ['groundmist publish sync.example.com', 'asks for an app password and writes the record'],
        ['groundmist publish --oauth', 'lets you allow it on the pages of your PDS instead'],
        ['groundmist publish --dry-run', 'shows what that would write'],
        ['groundmist publish --password-stdin < password.txt', 'asks nothing'],
      ],
      load: () => import('./command.ts').then((module) => module.run),
    },
  ],
  start: async (core) => (await import('./contribution.ts')).contribute(core),
};
