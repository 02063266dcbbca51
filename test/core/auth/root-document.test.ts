import { expect, test } from 'bun:test';
import { RootDocuments } from '../../../src/core/auth/root-document.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

const namespace = parseNamespace('xyz.groundmist.library');

test('the first root document of an app in a namespace is kept', () => {
  const roots = new RootDocuments(openTestControlDatabase());
  expect(roots.find('app', namespace)).toBeUndefined();
  expect(roots.keepFirst({ app: 'app', namespace, url: 'automerge:a' }, 1)).toBe('automerge:a');
  expect(roots.keepFirst({ app: 'app', namespace, url: 'automerge:b' }, 2)).toBe('automerge:a');
  expect(roots.find('app', namespace)).toBe('automerge:a');
});

test('another app and another namespace have their own', () => {
  const roots = new RootDocuments(openTestControlDatabase());
  roots.keepFirst({ app: 'app', namespace, url: 'automerge:a' }, 1);
  expect(roots.find('other', namespace)).toBeUndefined();
  expect(roots.find('app', parseNamespace('xyz.groundmist'))).toBeUndefined();
});
