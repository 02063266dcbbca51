import { expect, test } from 'bun:test';
import { openLog } from '../../src/platform/log.ts';
import { hide } from '../../src/platform/redact.ts';
import { findCanaries, formsOf, makeCanary } from './canaries.ts';

const canary = makeCanary();
const forms = Object.entries(formsOf(canary));

test.each(forms)('a canary is found %s', (form, text) => {
  expect(findCanaries(`{"message":"${text}"}`, { secret: canary })).toContain(`secret, ${form}`);
});

test('and in nothing else', () => {
  expect(findCanaries(`{"message":"${makeCanary()}"}`, { secret: canary })).toEqual([]);
});

test('the log writes none of them once it is hidden, and all of them where it is not', async () => {
  const lines: string[] = [];
  const log = await openLog({ form: 'json', level: 'info', write: (line) => lines.push(line) > 0 });
  const write = (): void => {
    lines.length = 0;
    for (const [form, text] of forms)
      log.info(`{text} ${form}`, { text, error: new Error(text, { cause: [text] }) });
  };
  write();
  // Its quote is escaped in a line, so it stands nowhere as it is.
  expect(findCanaries(lines.join('\n'), { secret: canary })).toHaveLength(forms.length - 1);
  hide(canary);
  write();
  expect(findCanaries(lines.join('\n'), { secret: canary })).toEqual([]);
});
