/* Run by stores.test.ts as a process of its own, for it ends Automerge: opens a namespace that has to be imported. */
import { toFailure } from '../../../src/core/failure.ts';
import { parseNamespace } from '../../../src/core/lexicon/namespace.ts';
import { Stores } from '../../../src/core/store/stores.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { stopAutomerge } from '../../support/stop-automerge.ts';

const [, , dataDirectory = '', namespace = ''] = process.argv;
await stopAutomerge();
const stores = new Stores({ dataDirectory, clock: systemClock });
const outcome = await stores.open(parseNamespace(namespace)).then(
  () => 'opened',
  (error: unknown) => toFailure(error).message,
);
console.log(outcome);
await stores.close();
