import { expect, test } from 'bun:test';
import { Reports } from '../../src/core/reports.ts';

test('the reports of all features read as one, with every warning and reason, and are asked anew', () => {
  const reports = new Reports();
  let lastAt = 1;
  reports.add(() => ({ backup: { lastAt, isStale: false }, warnings: ['one'] }));
  reports.add(() => ({ reasons: ['why'], warnings: ['two', 'three'] }));
  expect(reports.read()).toEqual({
    backup: { lastAt: 1, isStale: false },
    reasons: ['why'],
    warnings: ['one', 'two', 'three'],
  });
  lastAt = 2;
  expect(reports.read().backup?.lastAt).toBe(2);
});

test('nothing to say is no warning', () => {
  expect(new Reports().read()).toEqual({ reasons: [], warnings: [] });
});
