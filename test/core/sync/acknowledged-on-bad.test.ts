import { describe, expect, test } from 'bun:test';
import * as Automerge from '@automerge/automerge';
import { badChange, poisonousChange } from '../../support/bad-change.ts';
import { craftMessage } from '../../support/crafted-sync.ts';
import { HubPeer, openHub, sessionOf } from '../../support/hub.ts';
import { SyncDocument } from '../../support/sync-document.ts';

/*
 * Threat: a change that refers to something of the wrong kind, which clients that follow the document live take in and write on top of. Nothing
 * acknowledged ever becomes unreachable because of a neighbour's bad change: it is refused before anybody hears of it.
 */

const anHourMs = 3_600_000;
const crafts = [
  ['takes a list for a map', badChange],
  ['replaces what it does not name', poisonousChange],
] as const;

describe.each(crafts)('a change that %s', (_, craft) => {
  test.each(['on a claim that was not opened', 'on a document that was'])(
    'is refused: %s',
    async (ground) => {
      await using world = await openHub();
      const peer = HubPeer.join(world.hub, sessionOf('honest'));
      const honest = new SyncDocument(peer, undefined, { list: [1, 2], kept: true });
      await honest.upload();
      await world.hub.rest();
      if (ground === 'on a document that was') world.clock.advance(anHourMs);
      await world.hub.rest();
      const offender = HubPeer.join(world.hub, sessionOf('offender'));
      const heads = Automerge.getHeads(honest.doc).map((head) => Uint8Array.fromHex(head));
      offender.sync(honest.id, craftMessage({ heads, chunks: [craft(honest.doc, 'bad0')] }));
      await world.hub.rest();
      expect(offender.closed?.code).toBe(1002);
      expect(offender.closed?.reason).toContain('a change in it cannot be: it');
      honest.change((content) => void (content['mine'] = 'acknowledged'));
      await honest.upload();
      expect(honest.content).toEqual({ list: [1, 2], kept: true, mine: 'acknowledged' });
      world.clock.advance(anHourMs);
      await world.hub.rest();
      const reader = new SyncDocument(HubPeer.join(world.hub, sessionOf('reader')), honest.id);
      await reader.until(({ mine }) => mine === 'acknowledged');
      expect(await world.store.setAsideChunks({ limit: 5 })).toEqual([]);
      expect(peer.closed).toBeUndefined();
    },
  );
});
