import type { ByteWriter } from './byte-writer.ts';

/*
 * The end of a sync message: a length and so many bytes. The first readers stop before it. To those of
 * Automerge 2.2 each byte names one capability; to those of 3.5 a byte with its highest bit set holds seven flags,
 * which the others pass over as a capability they do not know.
 */

/** What the sender of a message understands. */
export interface SyncCapabilities {
  /** Messages of version 2: whole documents. All who write flags do. */
  readonly takesVersion2: boolean;
  /** That it is told to begin again. */
  readonly takesReset: boolean;
}

/** What a message says beside its content. */
export interface SyncFlags {
  /** The sender passed over what it was sent before: all of it counts as not sent. */
  readonly isReset: boolean;
  /** The sender takes no changes. */
  readonly isReadOnly: boolean;
}

const version2Capability = 0x02;
const bitfieldMarker = 0x80;
const resetBit = 0x01;
const readOnlyBit = 0x02;
const takesResetBit = 0x04;

export const noCapabilities: SyncCapabilities = { takesVersion2: false, takesReset: false };
export const noFlags: SyncFlags = { isReset: false, isReadOnly: false };

/** What these bytes say; those that are unknown say nothing. */
export function decodeFlags(bytes: Uint8Array): { capabilities: SyncCapabilities; flags: SyncFlags } {
  let bits = 0;
  for (const byte of bytes) if (byte >= bitfieldMarker) bits |= byte;
  return {
    capabilities: { takesVersion2: true, takesReset: (bits & takesResetBit) !== 0 },
    flags: { isReset: (bits & resetBit) !== 0, isReadOnly: (bits & readOnlyBit) !== 0 },
  };
}

/** The flags of a sender that understands everything: `02 02 84`, or `02 02 86` where it takes no changes. */
export function writeFlags(writer: ByteWriter, { isReadOnly }: { readonly isReadOnly: boolean }): void {
  writer.unsigned(2);
  writer.byte(version2Capability);
  writer.byte(bitfieldMarker | takesResetBit | (isReadOnly ? readOnlyBit : 0));
}
