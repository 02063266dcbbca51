import { expect, test } from 'bun:test';
import { askOfMove, askOfRemoval } from '../../../src/features/publish/record-change.ts';
import { record } from '../../support/publish-to.ts';

const ask = (value: { readonly host: string } | undefined) =>
  askOfMove({ record, published: value && { host: value.host, cid: undefined, value } });

test('nobody is asked where apps go on to where they went, or went nowhere', () => {
  expect(ask(undefined)).toBeUndefined();
  expect(ask(record)).toBeUndefined();
  expect(ask({ ...record, host: 'SYNC.example.com' })).toBeUndefined();
});

test('another host is a move, by its name', () => {
  expect(ask({ ...record, host: 'old.example.com' })).toBe(
    'Your apps are sent to old.example.com now. Send them to sync.example.com instead?',
  );
});

test('the same host with the key of another server is a move', () => {
  const other = { ...record, publicKeyMultibase: 'zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo' };
  expect(ask(other)).toContain('with the key of another server');
});

test('a record that leads nowhere is one too', () => {
  expect(ask({ ...record, host: 'https://x' })).toContain('sent to no usable host now');
});

test('a record of another server, and one where nobody knows whose, is not taken away unasked', () => {
  const remove = (host: string | undefined, ours: typeof record | undefined = record) =>
    askOfRemoval({ host, cid: undefined, value: { ...record, host } }, ours);
  expect(remove('new.example.com')).toBe(
    'Your apps are sent to new.example.com now, which is not this server (sync.example.com). Take that away?',
  );
  expect(askOfRemoval({ host: record.host, cid: undefined, value: record }, undefined)).toContain(
    'Take that away?',
  );
  expect(remove(record.host)).toBeUndefined();
  expect(remove(undefined)).toBeUndefined();
});
