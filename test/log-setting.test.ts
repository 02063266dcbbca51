import { describe, expect, test } from 'bun:test';
import { chooseLog } from '../src/log-setting.ts';
import { readSettings } from '../src/platform/config.ts';
import { coreSettings } from '../src/settings.ts';

function read(text: string) {
  const { logging } = coreSettings;
  return readSettings({ logging }, { flags: {}, environment: { GROUNDMIST_LOG: text } });
}

describe('GROUNDMIST_LOG', () => {
  test.each([
    ['warning', { level: 'warning', areas: {} }],
    ['info,sync=debug,auth=warning', { level: 'info', areas: { sync: 'debug', auth: 'warning' } }],
    [' Text , ERROR,', { form: 'text', level: 'error', areas: {} }],
    ['http=debug', { areas: { http: 'debug' } }],
  ])('may be "%s"', (text, logging) => {
    expect(read(text)).toEqual({ kind: 'values', values: { logging } } as ReturnType<typeof read>);
  });

  test.each([
    ['snyc=debug', '"snyc" is no area of the log; there are server, http, auth'],
    ['snyc=debug', 'Did you mean sync?'],
    ['verbose', '"verbose" is no level; there are error, warning, info, debug.'],
    ['sync=loud', '"loud" is no level'],
    ['sync=', '"" is no level'],
    ['=debug', '"" is no area'],
    ['info,debug', 'it says twice which level there is to be'],
    ['sync=info,sync=info', 'it says twice which sync there is to be'],
    ['constructor=debug', '"constructor" is no area'],
  ])('that is "%s" is answered with what there is: %s', (text, sentence) => {
    expect(read(text)).toEqual({ kind: 'problems', problems: [expect.stringContaining(sentence)] });
  });
});

describe('what the log is', () => {
  const program = { isQuiet: false, isVerbose: false, isTalkShown: false };
  const person = { ...program, isTalkShown: true };

  test('text for a person, JSON for a program, and what was asked for anyhow', () => {
    expect(chooseLog({ areas: {} }, person).form).toBe('text');
    expect(chooseLog({ areas: {} }, program).form).toBe('json');
    expect(chooseLog({ areas: {}, form: 'json' }, person).form).toBe('json');
  });

  test('--verbose and --quiet win over the level of all, and leave areas theirs', () => {
    const wish = { level: 'error', areas: { auth: 'info' } } as const;
    expect(chooseLog(wish, { ...program, isVerbose: true })).toMatchObject({
      level: 'debug',
      areas: { auth: 'info' },
    });
    expect(chooseLog(wish, { ...program, isQuiet: true })).toMatchObject({
      level: 'warning',
      areas: { auth: 'info' },
    });
    expect(chooseLog({ areas: {} }, program)).toMatchObject({ level: 'info', areas: {} });
  });
});
