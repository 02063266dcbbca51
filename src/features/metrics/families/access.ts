import { labelled, type Metric } from '../definition.ts';

/** Who asks, and what the owner said. */
export const accessMetrics: readonly Metric[] = [
  {
    name: 'groundmist_http_responses_total',
    type: 'counter',
    help: 'Answers to the network, by HTTP status; 101 became WebSockets',
    labels: ['status'],
    read: ({ measures }) => labelled('status', measures.requests.answers),
  },
  {
    name: 'groundmist_http_refusals_total',
    type: 'counter',
    help: 'Requests that were refused, sign-ins and WebSockets before they opened among them, by why: a code of docs/reference/failures.md',
    labels: ['code'],
    read: ({ measures }) => labelled('code', measures.requests.refusals),
  },
  {
    name: 'groundmist_sign_ins_total',
    type: 'counter',
    help: 'Sign-ins, by what came of them; challenged: asked for a proof with a nonce, as each app is at first',
    labels: ['outcome'],
    read: ({ measures }) => labelled('outcome', measures.requests.signIns),
  },
  {
    name: 'groundmist_approvals_waiting',
    type: 'gauge',
    help: 'Apps that wait for the owner’s answer',
    read: ({ approvalsWaiting }) => approvalsWaiting,
  },
  {
    name: 'groundmist_approvals_total',
    type: 'counter',
    help: 'What apps asked of the owner and what came of it; remembered: let in on an earlier yes, revoked: may no longer do what it could',
    labels: ['answer'],
    read: ({ answersOfOwner }) => labelled('answer', answersOfOwner),
  },
  {
    name: 'groundmist_sessions',
    type: 'gauge',
    help: 'Sync tokens that open WebSockets',
    read: ({ sessions }) => sessions,
  },
  {
    name: 'groundmist_devices',
    type: 'gauge',
    help: 'Devices that hold such tokens',
    read: ({ devices }) => devices,
  },
];
