import { expect, test } from 'bun:test';
import { Ledger } from './ledger.ts';

test('what was told is kept until all agree, and then the heads are', () => {
  const ledger = new Ledger();
  ledger.tell('one', ['aa']);
  ledger.tell('one', ['bb']);
  ledger.tell('two', []);
  expect(ledger.touched).toEqual(['one']);
  expect([...(ledger.told.get('one') ?? [])]).toEqual(['aa', 'bb']);
  ledger.agree('one', ['cc']);
  expect(ledger.touched).toEqual([]);
  expect([...ledger.told]).toEqual([]);
  expect([...ledger.agreed]).toEqual([['one', 'cc']]);
  expect(ledger.documentIds).toEqual(['one']);
});

test('a document that goes on after all agreed is touched again', () => {
  const ledger = new Ledger();
  ledger.tell('one', ['aa']);
  ledger.agree('one', ['aa']);
  ledger.tell('one', ['bb']);
  expect(ledger.touched).toEqual(['one']);
  expect(ledger.agreed.get('one')).toBe('aa');
});
