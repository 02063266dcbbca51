import { expect, test } from 'bun:test';
import {
  currentUser,
  describeUser,
  isAllowed,
  ownerWord,
  userById,
  userByName,
} from '../../src/platform/users.ts';

const nobodyKnown = { id: 54_321, groupId: 54_321, groupIds: [54_321, 777], name: undefined };

test('root has a name, and a user that is not there none', () => {
  expect(userByName('root')?.id).toBe(0);
  expect(userByName('')).toBeUndefined();
  expect(describeUser(userById(0))).toBe('root');
  expect(describeUser(userById(54_321))).toBe('user 54321');
  expect(currentUser()?.id).toBe(process.geteuid?.());
});

test('chown is told by name where there is one', () => {
  expect(ownerWord(userById(0))).toBe('root:');
  expect(ownerWord(nobodyKnown)).toBe('54321:54321');
  expect(ownerWord(userById(54_321))).toBe('54321');
});

test.each([
  [{ mode: 0o400, uid: 54_321, gid: 0 }, 4, true],
  [{ mode: 0o077, uid: 54_321, gid: 54_321 }, 4, false],
  [{ mode: 0o640, uid: 0, gid: 54_321 }, 4, true],
  [{ mode: 0o640, uid: 0, gid: 54_321 }, 2, false],
  [{ mode: 0o750, uid: 0, gid: 777 }, 1, true],
  [{ mode: 0o640, uid: 0, gid: 0 }, 4, false],
  [{ mode: 0o711, uid: 0, gid: 0 }, 1, true],
] as const)('%j lets a user do %d: %p', (stats, need, answer) => {
  expect(isAllowed(stats, nobodyKnown, need)).toBe(answer);
  expect(isAllowed(stats, userById(0), need)).toBe(true);
});
