import { expect, test } from 'bun:test';
import type { Paint } from '../../src/platform/colour.ts';
import { paintLine } from '../../src/platform/painted-line.ts';

const paint: Paint = (tone, text) => `<${tone}>${text}</>`;
const pieces = [{ text: 'id  ', tone: 'key' }, { text: '白鯨記' }, { text: ' found', tone: 'good' }] as const;

test('each piece has its colour', () => {
  expect(paintLine(pieces, 80, paint)).toBe('<key>id  </>白鯨記<good> found</>');
});

test('the line is cut where the width ends, and what is not there is not painted', () => {
  expect(paintLine(pieces, 12, paint)).toBe('<key>id  </>白鯨記<good>…</>');
  expect(paintLine(pieces, 8, paint)).toBe('<key>id  </>白…');
  expect(paintLine(pieces, 2, paint)).toBe('<key>i…</>');
  expect(paintLine(pieces, 0, paint)).toBe('');
});
