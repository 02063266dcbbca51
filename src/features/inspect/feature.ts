import type { Feature } from '../../feature.ts';
import { coreSettings } from '../../settings.ts';

/** What lies in the data directory, for its owner's eyes. Needs no network and no secret, and never writes. */
export const inspectFeature: Feature = {
  name: 'inspect',
  commands: [
    {
      name: 'inspect',
      summary: 'show what is stored: namespaces, documents, one document',
      arguments: [
        {
          name: 'target',
          summary: 'a namespace, a prefix of some, an NSID, a document id or automerge: URL',
          offer: 'namespace',
        },
      ],
      options: [
        { flags: '--dump', summary: 'the content of every document under the target, one JSON line each' },
        {
          flags: '--find <text>',
          summary: 'the documents under the target whose keys or strings hold the text, in any case',
        },
        {
          flags: '--graph',
          summary:
            'how the documents under the target are linked by automerge: URLs; of one, all it leads to',
        },
        { flags: '--dot', summary: 'the same graph in the language of Graphviz' },
        { flags: '--history', summary: 'the changes of a document, the newest first' },
        { flags: '--limit <number>', summary: 'so many of the changes of --history' },
        {
          flags: '--at <moment>',
          summary: 'a document as it was: hashes of changes, a date or time, or "2h ago"',
        },
        {
          flags: '--diff <moment..moment>',
          summary: 'what became different between two moments, in words; with --json as JSON Patch',
        },
        { flags: '--conflicts', summary: 'where several wrote to a document at once, and which value wins' },
        { flags: '--raw', summary: 'the chunks of a document as they are stored, damaged ones too' },
        { flags: '--no-pager', summary: 'print at once where $PAGER would be used' },
        { flags: '--json', summary: 'JSON for programs, as docs/json.md describes' },
        { flags: '--in <namespace>', summary: 'the namespace of a document id that lives in several' },
      ],
      settings: { dataDirectory: coreSettings.dataDirectory },
      examples: [
        ['groundmist inspect', 'the tree of namespaces'],
        ['groundmist inspect xyz/groundmist/library', 'the documents of one namespace'],
        ['groundmist inspect xyz.groundmist.library.entry', 'the documents with this $type'],
        ['groundmist inspect --find "moby dick"', 'where that is written, in all documents'],
        [
          'groundmist inspect xyz.groundmist.library --graph',
          'its documents as trees, with the links that lead nowhere',
        ],
        ['groundmist inspect xyz.groundmist --dot | dot -Tsvg > documents.svg', 'a picture of it'],
        ['groundmist inspect 2oMvtLWLY3dGa7j5cUb34gSfDqVw', 'one document: its facts and its content'],
        ['groundmist inspect 2oMvtLWLY3dGa7j5cUb34gSfDqVw --history', 'who changed it when'],
        ['groundmist inspect 2oMvtLWLY3dGa7j5cUb34gSfDqVw --at "2 days ago"', 'what it said then'],
        [
          'groundmist inspect 2oMvtLWLY3dGa7j5cUb34gSfDqVw --diff 2025-11-20..',
          'what became different since that day',
        ],
        ['groundmist inspect --dump xyz.groundmist', 'the content of everything below, as NDJSON'],
      ],
      load: () => import('./command.ts').then(({ run }) => run),
    },
  ],
};
