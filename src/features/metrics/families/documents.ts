import type { StoreState } from '../../../core/store/store-states.ts';
import { inSeconds, labelled, labelledNumbers, type Metric } from '../definition.ts';

/** What is stored, and how storing goes. */
export const documentMetrics: readonly Metric[] = [
  {
    name: 'groundmist_namespaces',
    type: 'gauge',
    help: 'Namespaces, by whether they are served (open), being opened, or cannot be (failed)',
    labels: ['state'],
    read({ namespaces }) {
      const ofKind = (kind: StoreState['kind']) => namespaces.filter((one) => one.kind === kind).length;
      return labelledNumbers('state', {
        open: ofKind('open'),
        opening: ofKind('opening'),
        failed: ofKind('failed'),
      });
    },
  },
  {
    name: 'groundmist_documents_stored',
    type: 'gauge',
    help: 'Documents in all open namespaces, counted at most once a minute',
    read: ({ namespaces }) => total(namespaces, 'documentCount'),
  },
  {
    name: 'groundmist_stored_bytes',
    type: 'gauge',
    help: 'Bytes of these documents',
    read: ({ namespaces }) => total(namespaces, 'sizeBytes'),
  },
  {
    name: 'groundmist_documents_open',
    type: 'gauge',
    help: 'Documents that an app follows or that are worked on',
    read: ({ hubs }) => hubs.reduce((sum, { documents }) => sum + documents, 0),
  },
  {
    name: 'groundmist_document_evictions_total',
    type: 'counter',
    help: 'How often a document left memory because others needed the room; it is read again when it is worked on',
    read: ({ measures }) => measures.sync.evictions,
  },
  {
    name: 'groundmist_commit_duration_seconds',
    type: 'histogram',
    help: 'How long it took until what was committed together was on disk',
    read: ({ measures }) => inSeconds(measures.store.commits.read()),
  },
  {
    name: 'groundmist_writes_total',
    type: 'counter',
    help: 'Writes in these commits, by whether they were stored or failed',
    labels: ['outcome'],
    read({ measures: { store } }) {
      const { writes, failedWrites: failed } = store;
      return labelledNumbers('outcome', { stored: writes - failed, failed });
    },
  },
  {
    name: 'groundmist_damage_total',
    type: 'counter',
    help: 'How often something stored was put into quarantine, or could not be read back',
    labels: ['kind'],
    read: ({ measures }) => labelled('kind', measures.sync.damage),
  },
];

function total(namespaces: readonly StoreState[], name: 'documentCount' | 'sizeBytes'): number {
  return namespaces.reduce((sum, one) => sum + (one.kind === 'open' ? one.summary[name] : 0), 0);
}
