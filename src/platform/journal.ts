import { fstatSync } from 'node:fs';

const stderr = 2;

/** Whether what this process says goes to the journal of systemd and nowhere else: systemd.exec(5), JOURNAL_STREAM. */
export function speaksToJournal(environment: Readonly<Record<string, string | undefined>>): boolean {
  const stream = environment['JOURNAL_STREAM'];
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(stderr, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/** Each line with its priority in front, which the journal takes off again: sd-daemon(3). */
export function withPriority(text: string, priority: number): string {
  return text
    .split('\n')
    .map((line) => `<${priority}>${line}`)
    .join('\n');
}
