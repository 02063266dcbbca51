import {
  configure,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
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
  const line = format === 'json' ? jsonFormatter() : textFormatter();
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

function textFormatter(): (record: LogRecord) => string {
  return getTextFormatter({ timestamp: 'time', category: '.', value: 'bare' });
}

/** Texts stand in a message without quotes, so that a command in it can be copied; JSON escapes what must be. */
function jsonFormatter(): (record: LogRecord) => string {
  const line = getJsonLinesFormatter();
  return (record) => line({ ...record, message: joinTexts(record.message) });
}

/** LogTape alternates literals and values: a value that is a text or an error becomes a part of the literal around it. */
function joinTexts(message: readonly unknown[]): readonly unknown[] {
  const joined: unknown[] = [''];
  for (const part of message) {
    // As JSON an error would be {}: its stack stands among the properties.
    const text = part instanceof Error ? String(part) : part;
    if (typeof text === 'string') joined.push(`${String(joined.pop())}${text}`);
    else joined.push(part, '');
  }
  return joined;
}
