import { expect, test } from 'bun:test';
import { openLog, type LogOptions } from '../../src/platform/log.ts';

async function written(format: LogOptions['format'], app: string): Promise<string> {
  const lines: string[] = [];
  const log = await openLog({ format, level: 'info', write: (line) => lines.push(line) });
  log.info('{app} asks: groundmist app approve {id}, {count} wait', { app, id: 'k7m2qx', count: 2 });
  return lines.join('');
}

test('a command in a log line can be copied as it stands', async () => {
  const sentence = 'Library asks: groundmist app approve k7m2qx, 2 wait';
  expect(await written('text', 'Library')).toContain(sentence);
  expect(JSON.parse(await written('json', 'Library'))).toMatchObject({
    message: sentence,
    properties: { app: 'Library', id: 'k7m2qx', count: 2 },
  });
});

test('what an app calls itself cannot begin a line of its own nor speak to the terminal', async () => {
  const name = 'Library\n[WRN] all is well\u001b[2J';
  for (const format of ['text', 'json'] as const) {
    const line = (await written(format, name)).trimEnd();
    expect(line).not.toContain('\n');
    expect(line).not.toContain('\u001b');
  }
});

test('what went wrong stands in the sentence of a log line, and its stack does not', async () => {
  const lines: string[] = [];
  const log = await openLog({ format: 'json', level: 'info', write: (line) => lines.push(line) });
  log.error('A request failed: {reason}', { reason: new TypeError('no such thing') });
  expect(JSON.parse(lines.join(''))).toMatchObject({
    message: 'A request failed: TypeError: no such thing',
    properties: { reason: { message: 'no such thing', stack: expect.any(String) } },
  });
});
