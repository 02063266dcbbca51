import { expect, test } from 'bun:test';
import { isDocumentId } from '../../../src/core/store/document-id.ts';
import { newDocumentId } from '../../support/sync-document.ts';

test('an id is one each time it is asked about, and a text that differs in one place never', () => {
  const id = newDocumentId();
  const [last = ''] = id.slice(-1);
  const other = id.slice(0, -1) + (last === '2' ? '3' : '2');
  expect([id, id, other, other, id].map(isDocumentId)).toEqual([true, true, false, false, true]);
});
