import { expect, test } from 'bun:test';
import { ClientNameTable } from '../../../src/core/auth/client-name-table.ts';
import { openTestControlDatabase } from '../../support/control-database.ts';

test('the last fetched two hundred are kept', () => {
  const table = new ClientNameTable(openTestControlDatabase());
  for (let number = 0; number <= 200; number += 1) {
    table.put(`https://app${number}.example/`, { name: `${number}`, fetchedAt: number });
  }
  expect(table.find('https://app0.example/')).toBeUndefined();
  expect(table.find('https://app1.example/')).toEqual({ name: '1', fetchedAt: 1 });
});

test('a name can be taken back', () => {
  const table = new ClientNameTable(openTestControlDatabase());
  table.put('https://app.example/', { name: 'App', fetchedAt: 1 });
  table.put('https://app.example/', { name: null, fetchedAt: 2 });
  expect(table.find('https://app.example/')).toEqual({ name: null, fetchedAt: 2 });
});
