import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** One document as it was, by a new change: what happened since stays in its history. */
export const restoreFeature: Feature = {
  name: 'restore',
  start: async (core) => (await import('./controls.ts')).contribute(core),
  commands: [
    {
      name: 'restore',
      summary: 'bring back an earlier state of a document, as a new change',
      arguments: [{ name: 'document', summary: 'a document id or automerge: URL', required: true }],
      options: [
        {
          flags: '--at <moment>',
          summary: 'the state to bring back: heads, or a time like 2025-11-21T05:41Z',
        },
        { flags: '--in <namespace>', summary: 'the namespace of a document id that lives in several' },
        { flags: '--dry-run', summary: 'show what would change and write nothing' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: { dataDirectory: coreSettings.dataDirectory, store: coreSettings.store },
      examples: [
        ['groundmist inspect <document> --history', 'find the moment'],
        ['groundmist restore <document> --at 2025-11-21 --dry-run', 'what would change'],
        ['groundmist restore <document> --at 23734401', 'bring back the state of that change'],
      ],
      load: () => import('./command.ts').then(({ run }) => run),
    },
  ],
};
