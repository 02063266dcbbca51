import {
  configure,
  getLogger,
  getTextFormatter,
  getJsonLinesFormatter,
  type Logger,
  type LogRecord,
} from '@logtape/logtape';

export interface LogOptions {
  /** Text for a person at a terminal, JSON lines for everything else. */
  readonly format: 'text' | 'json';
  readonly level: 'debug' | 'info' | 'warning';
  readonly write: (line: string) => void;
}

/** The log of this process; called once, at start. */
export async function openLog({ format, level, write }: LogOptions): Promise<Logger> {
  const line =
    format === 'json' ? getJsonLinesFormatter() : getTextFormatter({ timestamp: 'time', category: '.' });
  await configure({
    reset: true,
    sinks: { line: (record: LogRecord) => write(line(record)) },
    loggers: [
      { category: ['logtape', 'meta'], sinks: ['line'], lowestLevel: 'warning' },
      { category: 'groundmist', sinks: ['line'], lowestLevel: level },
    ],
  });
  return getLogger('groundmist');
}
