import type { LogLevel, LogRecord } from '@logtape/logtape';
import { escapeUnprintable, printableJson } from './escape.ts';
import { boundFields, boundText, describeError, isError } from './log-fields.ts';

/** Text for a person, JSON for a program. */
export const logForms = ['text', 'json'] as const;
export type LogForm = (typeof logForms)[number];

const mostMessageCharacters = 2_000;
/** Escaped, a character may become six, and in UTF-8 it may be three. */
const mostLineBytes = 8 * 1024;

/** One line, without its end: bounded, without secrets, and with nothing in it that ends a line or commands a terminal. */
export function lineOf(record: LogRecord, form: LogForm): string {
  const { requestId, ...properties } = record.properties;
  const head = {
    time: new Date(record.timestamp).toISOString(),
    level: record.level,
    area: areaOf(record),
    message: boundText(joinMessage(record.message), mostMessageCharacters),
    ...(typeof requestId === 'string' && { requestId }),
  };
  return form === 'json' ? jsonLine(head, properties) : textLine(head, record, properties);
}

/** The priorities of syslog(3), which a journal sorts by. */
export function priorityOf(level: LogLevel): number {
  return { fatal: 2, error: 3, warning: 4, info: 6, debug: 7, trace: 7 }[level];
}

interface Head {
  readonly time: string;
  readonly level: string;
  readonly area: string;
  readonly message: string;
  readonly requestId?: string;
}

/** What stands below `groundmist`; what stands there itself is about the server as a whole. */
function areaOf({ category }: LogRecord): string {
  return category[0] === 'groundmist' ? (category[1] ?? 'server') : 'server';
}

function jsonLine(head: Head, properties: Readonly<Record<string, unknown>>): string {
  const fields = boundFields(properties);
  const line = printableJson(Object.keys(fields).length === 0 ? head : { ...head, fields });
  if (Buffer.byteLength(line) <= mostLineBytes) return line;
  const message = head.message.slice(0, mostMessageCharacters / 2).toWellFormed();
  return printableJson({ ...head, message, isCut: true });
}

function textLine(head: Head, record: LogRecord, properties: Readonly<Record<string, unknown>>): string {
  const { time, level, area, message, requestId } = head;
  const template = typeof record.rawMessage === 'string' ? record.rawMessage : record.rawMessage.join('');
  const untold = Object.entries(properties).filter(
    ([name, value]) => value !== undefined && !template.includes(`{${name}}`) && !isToldIn(message, value),
  );
  const fields = Object.entries(
    boundFields(Object.fromEntries(untold.map(([name, value]) => [name, shown(value)]))),
  );
  const subject = requestId === undefined ? area : `${area} ${requestId}`;
  const tail = fields.map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = escapeUnprintable(`${time} ${level.padEnd(7)} ${subject}: ${message}${tail.join('')}`);
  return Buffer.byteLength(line) <= mostLineBytes ? line : line.slice(0, mostLineBytes / 3).toWellFormed();
}

/** As in a sentence that was put together elsewhere. */
function isToldIn(message: string, value: unknown): boolean {
  return typeof value === 'string' && message.includes(value);
}

/** Stacks are for JSON; a person first reads what went wrong. */
function shown(value: unknown): unknown {
  return isError(value) ? describeError(value) : value;
}

/** LogTape alternates literals and values. Texts stand in it without quotes, so that a command in it can be copied. */
function joinMessage(message: readonly unknown[]): string {
  return message.map(partOf).join('');
}

function partOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (isError(part)) return describeError(part);
  return JSON.stringify(Object.values(boundFields({ part }))[0]) ?? '';
}
