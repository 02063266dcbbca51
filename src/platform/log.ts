import { configure, getLogger, type LogLevel, type Logger, type LogRecord } from '@logtape/logtape';
import { systemClock } from './clock.ts';
import { FloodGuard } from './flood-guard.ts';
import { describeError } from './log-fields.ts';
import { lineOf, priorityOf, type LogForm } from './log-line.ts';

export const logLevels = ['error', 'warning', 'info', 'debug'] as const;
export type Level = (typeof logLevels)[number];

export interface LogOptions {
  readonly form: LogForm;
  readonly level: Level;
  /** The levels of those areas that have their own. */
  readonly areas?: Readonly<Record<string, Level>>;
  /** Takes a line without its end; false where it is lost. */
  readonly write: (line: string, priority: number) => boolean;
}

const root = 'groundmist';

/** The log of this process; called once, at start. An area of it is a child of the logger that this gives. */
export async function openLog({ form, level, areas = {}, write }: LogOptions): Promise<Logger> {
  const guard = new FloodGuard();
  const sink = (record: LogRecord): void => {
    const told = withUntold(record, guard);
    if (told === undefined) return;
    const isTaken = write(lineOf(told, form), priorityOf(told.level));
    if (!isTaken) guard.lost();
  };
  await configure({
    reset: true,
    sinks: { line: sink },
    loggers: [
      { category: ['logtape', 'meta'], sinks: ['line'], lowestLevel: 'warning' },
      { category: root, sinks: ['line'], lowestLevel: level },
      ...Object.entries(areas).map(([area, lowestLevel]) => ({
        category: [root, area],
        sinks: ['line'],
        parentSinks: 'override' as const,
        lowestLevel,
      })),
    ],
  });
  return getLogger(root);
}

const unguarded: readonly LogLevel[] = ['debug', 'trace'];

/** The record with what was left out before it; undefined where it is one too many. Who asks for debug gets all of it. */
function withUntold(record: LogRecord, guard: FloodGuard): LogRecord | undefined {
  if (unguarded.includes(record.level)) return record;
  const sentence = typeof record.rawMessage === 'string' ? record.rawMessage : record.rawMessage.join('{}');
  const untold = guard.take(record.category.join('.'), sentence, record.timestamp);
  if (untold === undefined) return undefined;
  return untold === 0 ? record : { ...record, properties: { ...record.properties, untold } };
}

/** A sentence that is said as it is: it may have braces, as the name of an app may, and to the log they would be placeholders. */
export function asTemplate(sentence: string): string {
  return sentence.replaceAll('{', '{{').replaceAll('}', '}}');
}

/** The last line of a server that ends over a fault. */
export function faultLine(error: unknown, form: LogForm): string {
  const sentence = 'Something went wrong inside groundmist, and it had to stop: ';
  return lineOf(
    {
      category: [root, 'server'],
      level: 'fatal',
      timestamp: systemClock.now(),
      rawMessage: `${sentence}{error}`,
      message: [sentence, describeError(error), ''],
      properties: { error },
    },
    form,
  );
}
