import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

const { dataDirectory, store } = coreSettings;

/** Documents brought in from automerge-repo's file storage and out again, and from one kind of store to another. */
export const transferFeature: Feature = {
  name: 'transfer',
  commands: [
    {
      name: 'import',
      summary: 'bring in a folder of automerge-repo; without one, move to another GROUNDMIST_STORE',
      arguments: [
        {
          name: 'directory',
          summary:
            'what automerge-repo’s file storage wrote; left out, the data directory itself is converted',
        },
      ],
      options: [
        { flags: '--into <namespace>', summary: 'the namespace that the documents belong to' },
        { flags: '--dry-run', summary: 'say what would be done, and change nothing' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: { dataDirectory, store },
      examples: [
        [
          'groundmist import ./automerge-repo-data --into xyz.groundmist.library',
          'every document in the folder; those that are here already get what they lack',
        ],
        [
          'GROUNDMIST_STORE=nodefs groundmist import',
          'keep all documents as files from now on; what was there before is put aside',
        ],
      ],
      load: () => import('./import-command.ts').then(({ run }) => run),
    },
    {
      name: 'export',
      summary: 'write documents as the files of automerge-repo, or as JSON',
      arguments: [
        { name: 'directory', summary: 'the folder to write into, made where it is missing', required: true },
        {
          name: 'target',
          summary: 'a namespace, a prefix of some, an NSID, a document id or automerge: URL; else everything',
          offer: 'namespace',
        },
      ],
      options: [
        {
          flags: '--format <format>',
          summary: 'nodefs (the default): automerge-repo’s file storage; or json',
          choices: ['nodefs', 'json'],
        },
        { flags: '--in <namespace>', summary: 'the namespace of a document id that lives in several' },
        { flags: '--dry-run', summary: 'say what would be written, and write nothing' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
      ],
      settings: { dataDirectory },
      examples: [
        [
          'groundmist export ./library xyz.groundmist.library',
          'a folder that any automerge-repo with file storage opens',
        ],
        [
          'groundmist export ./json --format json',
          'one JSON file for each document, in folders of their types',
        ],
      ],
      load: () => import('./export-command.ts').then(({ run }) => run),
    },
  ],
};
