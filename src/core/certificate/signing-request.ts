import { createPublicKey, sign, type KeyObject } from 'node:crypto';

/** Tags of DER (X.690 §8). */
const tag = { integer: 0x02, bits: 0x03, octets: 0x04, objectId: 0x06, sequence: 0x30, set: 0x31 } as const;
/** `[0] attributes` of a request, and `[2] dNSName` of a name. */
const attributesTag = 0xa0;
const dnsNameTag = 0x82;

const ecdsaWithSha256 = hex('2a8648ce3d040302');
const extensionRequest = hex('2a864886f70d01090e');
const subjectAltName = hex('551d11');

/** A request for a certificate of one DNS name, in DER (RFC 2986 §4), signed with its own P-256 key. It names nothing else. */
export function makeSigningRequest(name: string, key: KeyObject): Uint8Array {
  const names = der(tag.sequence, der(dnsNameTag, Buffer.from(name, 'ascii')));
  const extension = der(tag.sequence, der(tag.objectId, subjectAltName), der(tag.octets, names));
  const attribute = der(
    tag.sequence,
    der(tag.objectId, extensionRequest),
    der(tag.set, der(tag.sequence, extension)),
  );
  const information = der(
    tag.sequence,
    der(tag.integer, Uint8Array.of(0)),
    der(tag.sequence),
    createPublicKey(key).export({ format: 'der', type: 'spki' }),
    der(attributesTag, attribute),
  );
  const signature = sign('sha256', information, key);
  const noUnusedBits = Uint8Array.of(0);
  return der(
    tag.sequence,
    information,
    der(tag.sequence, der(tag.objectId, ecdsaWithSha256)),
    der(tag.bits, noUnusedBits, signature),
  );
}

/** One value with its tag and length; none of ours has 64 KiB. */
function der(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(type, ...lengthBytes), content]);
}

function hex(text: string): Uint8Array {
  return Buffer.from(text, 'hex');
}
