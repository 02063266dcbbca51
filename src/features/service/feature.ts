import type { CommandOption, Feature } from '../../feature.ts';

const system: CommandOption = {
  flags: '--system',
  summary: 'the service of the machine, as root; else your own',
};
const force: CommandOption = { flags: '--force', summary: 'also where the unit was changed by hand' };
const dryRun: CommandOption = { flags: '--dry-run', summary: 'show what would be done and do nothing' };

/** The server as a service of systemd, which starts it with the machine and again after a fault. */
export const serviceFeature: Feature = {
  name: 'service',
  summary: 'have systemd run the server: with the machine, and again after a fault',
  commands: [
    {
      name: 'service install',
      summary: 'install the service, or bring it up to date, and wait until the server is ready',
      options: [
        system,
        { flags: '--no-start', summary: 'do not start it now, only with the machine' },
        {
          flags: '--prepare',
          summary:
            'with --system: only write the unit, also before there are settings or where systemd does not run',
        },
        dryRun,
        force,
      ],
      examples: [
        ['groundmist service install', 'your own service, with the settings that `groundmist init` wrote'],
        ['sudo groundmist service install --system', 'one of the machine, as the user `groundmist`'],
        [
          'sudo groundmist service install --system --env-file /srv/mist/env',
          'with other settings; after an upgrade the same line restarts it with the new program',
        ],
      ],
      load: () => import('./install-command.ts').then((module) => module.run),
    },
    {
      name: 'service uninstall',
      summary: 'stop the service and remove its unit; documents and settings stay',
      options: [system, dryRun, force],
      examples: [['groundmist service uninstall', 'says where documents and settings are']],
      load: () => import('./uninstall-command.ts').then((module) => module.run),
    },
    {
      name: 'service show',
      summary: 'show whether the service runs, since when, and where its log is',
      options: [system, { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' }],
      examples: [['groundmist service show', 'your own, or that of the machine where you have none']],
      load: () => import('./show-command.ts').then((module) => module.run),
    },
  ],
};
