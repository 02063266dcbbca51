import type { Core } from '../../core/core.ts';
import { Failure } from '../../core/failure.ts';
import type { Contribution } from '../../feature.ts';
import { LoopLag } from '../../platform/loop-lag.ts';
import { counting, noAnswers } from './answers-of-owner.ts';
import { contentType, expose } from './exposition.ts';
import { metrics } from './metrics.ts';
import { Snapshots } from './snapshot.ts';

/** `/metrics` for Prometheus and whatever else reads its format. */
export function contribute(core: Core): Contribution {
  const answersOfOwner = noAnswers();
  const loopLag = new LoopLag(core.clock);
  const snapshots = new Snapshots({ core, answersOfOwner, loopLag });
  let isClosed = false;
  return {
    on: counting(answersOfOwner),
    monitoring: [
      {
        method: 'GET',
        path: '/metrics',
        async handle() {
          // The listener outlives what would be asked.
          if (isClosed) throw new Failure('NotReady', 'The server is stopping.');
          const text = expose(metrics, await snapshots.take());
          return new Response(text, { headers: { 'content-type': contentType } });
        },
      },
    ],
    async close() {
      isClosed = true;
      loopLag[Symbol.dispose]();
    },
  };
}
