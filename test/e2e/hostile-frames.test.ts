import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { getHeads } from '@automerge/automerge';
import { eventually } from '../support/eventually.ts';
import { hostileFrames } from '../support/hostile-frames.ts';
import { LeanClient } from '../support/lean-client.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { Installation } from './server.ts';
import type { ServerProcess } from './server-process.ts';

/*
 * Threat: an approved app sends what is small and costs much, to the built server. Each is refused, its sender told why, and
 * nobody else notices; how fast and for how much memory, `bun --no-env-file test/bench/hostile-frames.ts` says.
 */

setDefaultTimeout(60_000);

let home: Installation;
let server: ServerProcess;
let url: string;
let honest: LeanClient;
beforeAll(async () => {
  home = await Installation.create();
  server = await home.serve();
  url = await home.admit();
  honest = await LeanClient.connect(await home.admit());
});
afterAll(() => home[Symbol.asyncDispose]());

test.each(hostileFrames.map((frames) => [frames.name, frames] as const))(
  '%s: its sender is told, and nobody else notices',
  async (_, { make, closing }) => {
    const documentId = honest.create({ list: [1, 2] });
    await untilAcknowledged(documentId);
    const offender = await RawPeer.join(url);
    const doc = honest.document(documentId) ?? expect.unreachable();
    for (const frame of await make({ senderId: offender.peerId, documentId, doc })) offender.sendBytes(frame);
    if (closing === undefined) {
      await offender.next((frame) => frame['documentId'] === documentId);
      expect(offender.isClosed).toBe(false);
      offender.close();
    } else {
      const { code, reason } = await offender.closing();
      expect({ code, reason }).toEqual({ ...closing, reason: expect.stringContaining(closing.reason) });
    }
    honest.change(documentId, (fields) => void (fields['after'] = true));
    await untilAcknowledged(documentId);
    const reader = await LeanClient.connect(url);
    expect(await reader.find(documentId)).toMatchObject({ list: [1, 2], after: true });
    reader.close();
    expect(server.hasEnded).toBe(false);
  },
);

async function untilAcknowledged(documentId: string): Promise<void> {
  const heads = getHeads(honest.document(documentId) ?? expect.unreachable());
  await eventually('it is acknowledged', () => heads.every((head) => honest.told.get(documentId)?.has(head)));
}
