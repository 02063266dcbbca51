import { Disk } from '../../src/core/store/disk.ts';

/** A disk that always has room, whatever the one the test runs on has. */
export function roomyDisk(): Disk {
  return new Disk(() => ({ freeBytes: 2 ** 40, sizeBytes: 2 ** 40 }));
}
