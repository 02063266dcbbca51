import type { CommandArgument, Feature } from '../../feature.ts';
import type { FindCandidates } from '../../command-line/offer.ts';
import { coreSettings } from '../../settings.ts';

const settings = { dataDirectory: coreSettings.dataDirectory };
const waiting = (): Promise<FindCandidates> =>
  import('./candidates.ts').then(({ findWaiting }) => findWaiting);
const admitted = (): Promise<FindCandidates> =>
  import('./candidates.ts').then(({ findAdmitted }) => findAdmitted);
const json = { flags: '--json', summary: 'print JSON' };

const waitingId: CommandArgument = {
  name: 'id',
  summary: 'its id in `groundmist app list`',
  required: true,
  offer: waiting,
};

/** The owner's side of getting in: who waits, who is in, yes, no, no longer. */
export const appFeature: Feature = {
  name: 'app',
  summary: 'see, let in, refuse and cut off the apps that sync here',
  commands: [
    {
      name: 'app list',
      summary: 'show the apps that wait for your answer and those that may sync',
      options: [json],
      settings,
      examples: [['groundmist app list', 'who waits, who is in, since when']],
      load: () => import('./list-command.ts').then((module) => module.run),
    },
    {
      name: 'app approve',
      summary: 'let a waiting app sync, or change what it may do',
      arguments: [waitingId],
      options: [
        { flags: '--read-only', summary: 'it receives documents and changes none' },
        {
          flags: '--remember',
          summary:
            'let its later devices into the same namespace without asking; trusts your PDS to name the app',
        },
        json,
      ],
      settings,
      examples: [
        [
          'groundmist app approve k7m2qx',
          'the app may read and write the documents of the namespace it asked for',
        ],
        [
          'groundmist app approve k7m2qx --read-only',
          'it may read them only, from now on also where it could write before',
        ],
        [
          'groundmist app approve k7m2qx --remember',
          'later devices of this app come in by themselves. This trusts your PDS to name the app; `groundmist app revoke <app>` ends it',
        ],
      ],
      load: () => import('./answer-command.ts').then((module) => module.approve),
    },
    {
      name: 'app deny',
      summary: 'refuse a waiting app',
      arguments: [waitingId],
      options: [json],
      settings,
      examples: [['groundmist app deny k7m2qx', 'it may not sync']],
      load: () => import('./answer-command.ts').then((module) => module.deny),
    },
    {
      name: 'app revoke',
      summary: 'take back what an app or a device was allowed, at once',
      arguments: [
        {
          name: 'app-or-device',
          summary: 'a name or a device id in `groundmist app list`',
          required: true,
          offer: admitted,
        },
      ],
      options: [json],
      settings,
      examples: [['groundmist app revoke https://library.example', 'every device of this app is cut off']],
      load: () => import('./revoke-command.ts').then((module) => module.run),
    },
    {
      name: 'app pair',
      summary: 'let a device in whose app your PDS cannot vouch for, while you look',
      arguments: [{ name: 'namespace', summary: 'the only one that it may ask for' }],
      options: [{ flags: '--read-only', summary: 'it receives documents and changes none' }, json],
      settings,
      examples: [
        [
          'groundmist app pair',
          'shows a link to open on the device; for ten minutes that device may ask, and you answer here',
        ],
      ],
      load: () => import('./pair-command.ts').then((module) => module.run),
    },
  ],
  start: (core) => import('./contribution.ts').then((module) => module.contribute(core)),
};
