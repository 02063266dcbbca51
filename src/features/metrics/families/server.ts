import { warningsOf } from '../../../core/reports.ts';
import { leastRoomBytes } from '../../../core/store/disk.ts';
import { version } from '../../../platform/version.ts';
import { inSeconds, seconds, type Metric } from '../definition.ts';

/** The server and its process. */
export const serverMetrics: readonly Metric[] = [
  {
    name: 'groundmist_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say which version runs and how it keeps documents',
    labels: ['version', 'runtime', 'store'],
    read: ({ store }) => [{ labels: { version, runtime: `bun ${Bun.version}`, store }, value: 1 }],
  },
  {
    name: 'groundmist_ready',
    type: 'gauge',
    help: 'Whether the server can do all of its work, 1 or 0; /ready on this listener says why not',
    read: ({ isReady }) => Number(isReady),
  },
  {
    name: 'groundmist_writable',
    type: 'gauge',
    help: 'Whether documents can be stored, 1 or 0: not while the disk is full or has failed',
    read: ({ isWritable }) => Number(isWritable),
  },
  {
    name: 'groundmist_warnings',
    type: 'gauge',
    help: 'What works now and will not for long; /ready on this listener has the sentences',
    read: ({ report }) => warningsOf(report).length,
  },
  {
    name: 'groundmist_disk_free_bytes',
    type: 'gauge',
    help: 'What the server may still write on the disk of its data directory',
    read: ({ disk }) => disk.freeBytes,
  },
  {
    name: 'groundmist_disk_size_bytes',
    type: 'gauge',
    help: 'The size of that disk',
    read: ({ disk }) => disk.sizeBytes,
  },
  {
    name: 'groundmist_disk_reserved_bytes',
    type: 'gauge',
    help: 'With less than this free on that disk nothing new is stored',
    read: ({ disk }) => leastRoomBytes(disk.sizeBytes),
  },
  {
    name: 'groundmist_event_loop_lag_seconds',
    type: 'histogram',
    help: 'How late the process got to what was due, looked at once a second while these metrics are asked for',
    read: ({ loopLag }) => inSeconds(loopLag),
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Time of processors that the server used, without Automerge’s process',
    read: ({ process }) => process.cpuSeconds,
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of the server, without Automerge’s process',
    read: ({ process }) => process.residentBytes,
  },
  {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Files and connections that are open',
    read: ({ process }) => process.openFiles,
  },
  {
    name: 'process_max_fds',
    type: 'gauge',
    help: 'How many of these there may be',
    read: ({ process }) => process.mostOpenFiles,
  },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the server started, in seconds since 1970',
    read: ({ process }) => seconds(process.startedAt),
  },
];
