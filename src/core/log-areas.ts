import type { Logger } from '@logtape/logtape';

/** What the log is about; each can have a level of its own in GROUNDMIST_LOG. */
export const logAreas = {
  server: 'start, stop, and what belongs nowhere else',
  http: 'requests, and what could not be answered',
  auth: 'proofs and tokens, names of apps, requests that came in clear',
  access: 'apps and devices that ask to come in',
  sync: 'sockets, documents, messages',
  store: 'the data directory and the disk',
  fence: 'the process that reads documents',
  backup: 'backups on a schedule',
  tls: 'the certificate of a server with TLS of its own',
  record: 'the public record in the owner’s PDS',
  control: 'what the owner’s commands asked of the server',
} as const;

export type LogArea = keyof typeof logAreas;

export function isLogArea(name: string): name is LogArea {
  return Object.hasOwn(logAreas, name);
}

/** The part of `log` that speaks of one area. */
export function logOf(log: Logger, area: LogArea): Logger {
  return log.getChild(area);
}
