import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** Whether all that was stored is as it was stored, what is lost where it is not, and what survives. */
export const verifyFeature: Feature = {
  name: 'verify',
  commands: [
    {
      name: 'verify',
      summary: 'check every chunk of every document, and say what is lost and what survives',
      arguments: [
        {
          name: 'target',
          summary: 'a namespace, a prefix of some, a document id or automerge: URL',
          offer: 'namespace',
        },
      ],
      options: [
        { flags: '--repair', summary: 'move what is damaged to quarantine and keep the most that loads' },
        { flags: '--dry-run', summary: 'with --repair: say what it would do, and do nothing' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes; the default in a pipe' },
        { flags: '--in <namespace>', summary: 'the namespace of a document id that lives in several' },
      ],
      settings: { dataDirectory: coreSettings.dataDirectory, store: coreSettings.store },
      examples: [
        ['groundmist verify', 'everything, beside a running server or without one'],
        ['groundmist verify xyz.groundmist.library', 'one namespace'],
        ['groundmist verify --repair --dry-run', 'what a repair would do'],
        [
          'groundmist verify --repair',
          'with the server stopped: quarantines what is damaged; deletes nothing',
        ],
      ],
      load: () => import('./command.ts').then(({ run }) => run),
    },
  ],
};
