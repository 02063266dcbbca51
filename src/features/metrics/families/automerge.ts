import { labelled, labelledNumbers, type Metric } from '../definition.ts';

/** Automerge in its process. */
export const automergeMetrics: readonly Metric[] = [
  {
    name: 'groundmist_automerge_jobs_total',
    type: 'counter',
    help: 'What Automerge was asked to do and what came of it; deadly: it ended the process, failed: it was not done',
    labels: ['operation', 'outcome'],
    read: ({ measures }) =>
      Object.entries(measures.fence.jobs).flatMap(([operation, outcomes]) =>
        labelled('outcome', outcomes).map(({ labels, value }) => ({
          labels: { operation, ...labels },
          value,
        })),
      ),
  },
  {
    name: 'groundmist_automerge_jobs',
    type: 'gauge',
    help: 'Jobs that wait, and that its process is at',
    labels: ['state'],
    read: ({ fence }) =>
      labelledNumbers('state', { waiting: fence.waitingJobs, 'at-work': fence.jobsAtWork }),
  },
  {
    name: 'groundmist_automerge_waiting_bytes',
    type: 'gauge',
    help: 'Bytes of the jobs that wait',
    read: ({ fence }) => fence.waitingBytes,
  },
  {
    name: 'groundmist_automerge_running',
    type: 'gauge',
    help: 'Whether its process runs, 1 or 0; it ends when it is idle',
    read: ({ fence }) => Number(fence.isRunning),
  },
  {
    name: 'groundmist_automerge_memory_bytes',
    type: 'gauge',
    help: 'Memory that its process holds for itself, while it runs',
    read: ({ fence }) => fence.memoryBytes,
  },
  {
    name: 'groundmist_automerge_starts_total',
    type: 'counter',
    help: 'How often its process was started',
    read: ({ measures }) => measures.fence.starts,
  },
  {
    name: 'groundmist_automerge_deaths_total',
    type: 'counter',
    help: 'How often it ended over a job: by time, memory or a crash; or before it had begun (start)',
    labels: ['cause'],
    read: ({ measures }) => labelled('cause', measures.fence.deaths),
  },
];
