import type { HubCounts } from '../../../core/sync/hub.ts';
import { labelled, labelledNumbers, type Metric } from '../definition.ts';

/** Sockets, and what goes over them. */
export const syncMetrics: readonly Metric[] = [
  {
    name: 'groundmist_sockets',
    type: 'gauge',
    help: 'Open WebSockets, by whether they have said who they are (joined) or not yet',
    labels: ['state'],
    read({ hubs }) {
      const unjoined = sum(hubs, 'unjoined');
      return labelledNumbers('state', { joined: sum(hubs, 'sockets') - unjoined, unjoined });
    },
  },
  {
    name: 'groundmist_sockets_opened_total',
    type: 'counter',
    help: 'WebSockets that were opened',
    read: ({ measures }) => measures.sync.opened,
  },
  {
    name: 'groundmist_sockets_closed_total',
    type: 'counter',
    help: 'WebSockets that ended, by close code (RFC 6455); 1006 is a connection that broke off',
    labels: ['code'],
    read: ({ measures }) => labelled('code', measures.sync.closed),
  },
  {
    name: 'groundmist_socket_refusals_total',
    type: 'counter',
    help: 'WebSockets that the server ended, by why: a code of docs/reference/failures.md',
    labels: ['code'],
    read: ({ measures }) => labelled('code', measures.sync.refusals),
  },
  {
    name: 'groundmist_socket_pauses_total',
    type: 'counter',
    help: 'How often a WebSocket was not read for a while, because too much came over it',
    read: ({ measures }) => measures.sync.pauses,
  },
  {
    name: 'groundmist_messages_received_total',
    type: 'counter',
    help: 'Messages from apps, by kind; refused are those that are none, or in the wrong place',
    labels: ['kind'],
    read: ({ measures }) => labelled('kind', measures.sync.received.messages),
  },
  {
    name: 'groundmist_received_bytes_total',
    type: 'counter',
    help: 'Bytes of these messages',
    labels: ['kind'],
    read: ({ measures }) => labelled('kind', measures.sync.received.bytes),
  },
  {
    name: 'groundmist_messages_sent_total',
    type: 'counter',
    help: 'Messages to apps, by kind',
    labels: ['kind'],
    read: ({ measures }) => labelled('kind', measures.sync.sent.messages),
  },
  {
    name: 'groundmist_sent_bytes_total',
    type: 'counter',
    help: 'Bytes of these messages',
    labels: ['kind'],
    read: ({ measures }) => labelled('kind', measures.sync.sent.bytes),
  },
  {
    name: 'groundmist_waiting_bytes',
    type: 'gauge',
    help: 'Bytes that arrived and are not stored or answered yet (inbound), and that apps have no room for (outbound)',
    labels: ['direction'],
    read: ({ waiting }) =>
      labelledNumbers('direction', { inbound: waiting.inboundBytes, outbound: waiting.outboundBytes }),
  },
  {
    name: 'groundmist_queue_length',
    type: 'gauge',
    help: 'Documents to be looked at, answers that wait for a document to come, and documents that apps asked for and nobody has',
    labels: ['queue'],
    read: ({ hubs }) =>
      labelledNumbers('queue', {
        checks: sum(hubs, 'checks'),
        'held-answers': sum(hubs, 'heldAnswers'),
        'wanted-documents': sum(hubs, 'wantedIds'),
      }),
  },
  {
    name: 'groundmist_sync_messages_total',
    type: 'counter',
    help: 'Sync messages that were served, by what it took: the change graph alone, or asking Automerge as well',
    labels: ['answered_by'],
    read: ({ measures }) => labelled('answered_by', measures.sync.answers),
  },
  {
    name: 'groundmist_sync_faults_total',
    type: 'counter',
    help: 'Messages and documents that could not be served for an error of the server, which its log has',
    read: ({ measures }) => measures.sync.faults,
  },
];

function sum(hubs: readonly HubCounts[], name: keyof HubCounts): number {
  return hubs.reduce((total, counts) => total + counts[name], 0);
}
