import { redactBeginning } from './redact.ts';
import { isSecretName } from './secret-shapes.ts';

/** A field as it stands in a line: JSON, without secrets, and no larger than there is room for. */
export type Field = string | number | boolean | null | readonly Field[] | { readonly [name: string]: Field };

const mostCharacters = { all: 4_000, one: 1_000, stack: 2_000 };
const mostDepth = 4;
const mostMembers = 24;
/** More than is ever shown. */
const mostRead = 64 * 1024;

/** What stands behind the path of a URL, as that of an app: nobody needs it here, and anything may be in it. */
const queries = /(\bhttps?:\/\/[^\s?"'<>]{1,2000})\?[^\s"'<>]+/g;

/** Text of any length without its secrets, cut to `length`. */
export function boundText(text: string, length: number): string {
  const redacted = redactBeginning(text, mostRead).replace(queries, '$1?…');
  return (
    redacted.length > length || text.length > mostRead ? `${redacted.slice(0, length)}…` : redacted
  ).toWellFormed();
}

/** The properties of a log record as fields. */
export function boundFields(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, Field>> {
  return new Bounding().members(properties, 0);
}

const noError = 'something that is no error was thrown';

/** What an error and its causes say, without their stacks: `TypeError: no such thing, because of Error: …`. Whatever was thrown, this throws nothing. */
export function describeError(error: unknown, depth = 0): string {
  if (!isError(error)) return attempt(() => String(error), noError);
  const part = (name: 'name' | 'message' | 'cause'): unknown => attempt(() => read(error, name), undefined);
  const own = `${attempt(() => String(part('name')), 'Error')}: ${attempt(() => String(part('message')), unreadable)}`;
  const cause = part('cause');
  if (cause === undefined || cause === null || depth >= mostDepth) return own;
  return `${own}, because of ${describeError(cause, depth + 1)}`;
}

/** Also of a proxy that does not tell. */
export function isError(value: unknown): value is Error {
  return attempt(() => value instanceof Error, false);
}

const unreadable = '[unreadable]';

/** What a getter, a proxy or a `toString` of somebody else's gives, or `otherwise` where it throws. */
function attempt<Result>(action: () => Result, otherwise: Result): Result {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

function read(value: object, name: string): unknown {
  return Reflect.get(value, name);
}

/** One line's worth of room. */
class Bounding {
  #left = mostCharacters.all;

  members(value: object, depth: number): Record<string, Field> {
    const fields: Record<string, Field> = {};
    for (const name of attempt(() => Object.keys(value), []).slice(0, mostMembers)) {
      const member = attempt(() => read(value, name), unreadable);
      if (member !== undefined) fields[this.#text(name, 64)] = this.#member(name, member, depth);
    }
    return fields;
  }

  #member(name: string, value: unknown, depth: number): Field {
    return isSecretName(name) && typeof value === 'string' ? '[hidden]' : this.#value(value, depth);
  }

  #value(value: unknown, depth: number): Field {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value === 'object') return attempt<Field>(() => this.#object(value, depth + 1), unreadable);
    if (typeof value === 'string') return this.#text(value, mostCharacters.one);
    return typeof value === 'bigint' ? String(value) : `[${typeof value}]`;
  }

  #object(value: object, depth: number): Field {
    if (value instanceof Error) return this.#error(value, depth);
    if (value instanceof URL) return this.#text(`${value.origin}${value.pathname}`, mostCharacters.one);
    if (value instanceof Date) return String(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (depth > mostDepth) return '[deeper]';
    if (Array.isArray(value))
      return value.slice(0, mostMembers).map((one: unknown) => this.#value(one, depth));
    return this.members(value, depth);
  }

  #error(error: Error, depth: number): Field {
    const [name, message, stack, cause, code] = ['name', 'message', 'stack', 'cause', 'code'].map((one) =>
      attempt(() => read(error, one), unreadable),
    );
    return {
      name: this.#text(
        attempt(() => String(name), unreadable),
        64,
      ),
      message: this.#text(
        attempt(() => String(message), unreadable),
        mostCharacters.one,
      ),
      ...(typeof code === 'string' && { code: this.#text(code, 64) }),
      ...(typeof stack === 'string' && { stack: this.#text(stack, mostCharacters.stack) }),
      ...(error instanceof AggregateError && { errors: this.#value(error.errors, depth) }),
      ...(cause !== undefined && { cause: depth > mostDepth ? '[deeper]' : this.#value(cause, depth) }),
    };
  }

  /** Cut to what there is room for, in this line too. */
  #text(text: string, length: number): string {
    const bounded = boundText(text, Math.min(length, this.#left));
    this.#left -= Math.min(bounded.length, this.#left);
    return bounded;
  }
}
