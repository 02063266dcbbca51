/* Run by orphan.test.ts as a process of its own: its fence is at work for ever, and it says with which child. */
import { answeringChild, fakeChild, openFence, order } from '../../support/fence.ts';

const fence = openFence({ command: fakeChild });
const answered = fence.open(order('well'), 'awaited');
// Both are sent at once: the child is at it when it has answered the first.
if (process.argv[2] === 'busy') void fence.open(order('loop'), 'awaited');
process.stdout.write(`${answeringChild(await answered)}\n`);
await process.stdin.resume().toArray();
