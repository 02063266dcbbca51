/** `bun open-beside-reader.ts <path>`: opens a database as a server does, and says so before and after. */
import { openDatabase } from '../../src/platform/database.ts';

openDatabase(':memory:').close(true);
console.log('opening');
openDatabase(process.argv[2] ?? '').close(true);
console.log('opened');
