import { readControlBody } from '../../core/control.ts';
import type { Core } from '../../core/core.ts';
import { syncRecordOf } from '../../core/discovery/sync-record.ts';
import { isLoopbackHost } from '../../core/identity/public-url.ts';
import { logOf } from '../../core/log-areas.ts';
import type { Contribution } from '../../feature.ts';
import { lookRequest } from './look-request.ts';
import { RecordWatch } from './watch-record.ts';

/** Watches the public record, where there is a public name to find in it. */
export function contribute(core: Core): Contribution {
  const { publicUrl, serverDocument, readPublished: read, clock } = core;
  const log = logOf(core.log, 'record');
  if (isLoopbackHost(publicUrl.hostname)) return {};
  const ours = syncRecordOf(publicUrl, serverDocument);
  const watch = new RecordWatch({ ours, read, clock, log, random: Math.random });
  watch.start();
  return {
    controls: [
      {
        method: 'POST',
        path: '/publish/look',
        handle: async (request) => {
          await watch.look(await readControlBody(request, lookRequest));
          return Response.json({ state: watch.report().state });
        },
      },
    ],
    report: () => ({ publish: watch.report(), warnings: watch.warnings() }),
    close: () => watch[Symbol.asyncDispose](),
  };
}
