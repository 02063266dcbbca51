import { isHandle } from '@atcute/lexicons/syntax';
import { escapeUnprintable } from '../../platform/escape.ts';
import { Failure } from '../failure.ts';

/**
 * Top-level domains that no account has (https://atproto.com/specs/handle). `.test` is for development and allowed:
 * outside of it no such name resolves.
 */
const reservedDomains = ['local', 'arpa', 'invalid', 'localhost', 'internal', 'example', 'alt', 'onion'];

/** The reserved top-level domain of a lower-case name, or undefined where it has none. */
export function reservedDomainOf(name: string): string | undefined {
  return reservedDomains.find((domain) => name.endsWith(`.${domain}`));
}

/** Marks of direction and joining, the byte order mark: apps put them around a name, so they come along when it is copied. */
const mark = '[\\p{Bidi_Control}\\u200b-\\u200d\\u2060\\ufeff]';
const marksAround = new RegExp(`^${mark}+|${mark}+$`, 'gu');

/** A handle or DID without what its reader cannot see at its ends. */
export function withoutMarks(typed: string): string {
  return typed.replace(marksAround, '');
}

/** A handle in its one form, lower case and without the "@" that people type; `HandleInvalid` or `HandleReserved`. */
export function parseHandle(text: string): string {
  const given = withoutMarks(withoutMarks(text).replace(/^@/, ''));
  const quoted = `"${escapeUnprintable(text.slice(0, 80))}"`;
  if (!isHandle(given)) {
    throw new Failure('HandleInvalid', `${quoted} is not a handle; it looks like alice.example.com.`);
  }
  const handle = given.toLowerCase();
  const reserved = reservedDomainOf(handle);
  if (reserved === undefined) return handle;
  throw new Failure(
    'HandleReserved',
    `${quoted} is nobody’s handle: names that end in .${reserved} cannot be one.`,
  );
}
