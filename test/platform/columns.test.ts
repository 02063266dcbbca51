import { describe, expect, test } from 'bun:test';
import { cutToWidth, fitToWidth, padBefore, padToWidth } from '../../src/platform/columns.ts';

const family = '👨‍👩‍👧‍👦';

describe('a text is cut to a width', () => {
  test.each([
    ['whale', 5, 'whale'],
    ['whales', 5, 'whal…'],
    ['白鯨記', 6, '白鯨記'],
    ['白鯨記', 5, '白鯨…'],
    ['白鯨記', 4, '白…'],
    [family.repeat(3), 5, `${family.repeat(2)}…`],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['a bc', 3, 'a…'],
    ['whale', 1, '…'],
    ['whale', 0, ''],
    ['', 0, ''],
  ])('%j in %d columns is %j', (text, width, cut) => {
    expect(cutToWidth(text, width)).toBe(cut);
  });

  test('marks piled up on a letter are cut too, and do not hold it up', () => {
    const cut = cutToWidth(`a${'\u0301'.repeat(1_000_000)}`, 10);
    expect(cut.length).toBeLessThan(400);
    expect(Bun.stringWidth(cut)).toBeLessThanOrEqual(10);
  });
});

test('a text is filled up to a width, wide characters counted as the terminal shows them', () => {
  expect(padToWidth('白鯨', 6)).toBe('白鯨  ');
  expect(padBefore('12', 4)).toBe('  12');
  expect(padToWidth('whales', 3)).toBe('whales');
  expect(fitToWidth('白鯨記', 4)).toBe('白… ');
});
