import {
  getCursor,
  getCursorPosition,
  splice,
  type Cursor,
  type DocHandle,
  type DocumentId,
  type UrlHeads,
} from '@automerge/automerge-repo/slim';
import { z } from 'zod';
import type { Tone } from '../../platform/colour.ts';
import type { Audience } from './audience.ts';
import { cursorMark, type Pane } from './columns.ts';
import type { Device } from './device.ts';
import type { ReadingList } from './documents.ts';
import type { HeldList } from './stored-list.ts';
import type { Shown } from './view.ts';

const letterMs = 70;
/** As many as a person types while a letter is on its way. */
const mostCursors = 16;

/** What a device tells the others while its person types. Never stored. */
const presence = z.object({ from: z.string(), isTyping: z.boolean(), cursor: z.string() });
type Presence = z.output<typeof presence>;

/** The reading list on one device: who types what, and what this device sees of the other. */
export class Editor implements Shown {
  readonly device: Device;
  /** Presence messages that came from the other device. */
  heardCount = 0;
  /** How often the other's letters arrived while this one was typing. */
  seenWhileTypingCount = 0;
  readonly #handle: DocHandle<ReadingList>;
  readonly #tone: Tone;
  #other: Presence | undefined;
  /** Where the other one typed, the latest first. */
  #otherCursors: readonly Cursor[] = [];
  #isTyping = false;
  #isChanging = false;

  constructor(device: Device, handle: DocHandle<ReadingList>, tone: Tone) {
    this.device = device;
    this.#handle = handle;
    this.#tone = tone;
    handle.on('change', () => {
      if (this.#isTyping && !this.#isChanging) this.seenWhileTypingCount += 1;
    });
    handle.on('ephemeral-message', ({ message }) => {
      this.heardCount += 1;
      this.#other = presence.parse(message);
      this.#otherCursors = [this.#other.cursor, ...this.#otherCursors].slice(0, mostCursors);
    });
  }

  get pane(): Pane {
    const { name, isConnected } = this.device;
    const state = isConnected ? 'online' : 'offline';
    return { name, tone: this.#tone, state, lines: this.#lines(), news: this.#news() };
  }

  watch(look: () => void): () => void {
    const leave = this.device.watch(look);
    this.#handle.on('change', look).on('ephemeral-message', look);
    return () => {
      leave();
      this.#handle.off('change', look).off('ephemeral-message', look);
    };
  }

  get text(): string {
    return this.#handle.doc().text;
  }

  get heads(): UrlHeads {
    return this.#handle.heads();
  }

  /** The list as this device has it, once the server has all of it. */
  async stored(): Promise<HeldList & { readonly id: DocumentId }> {
    await this.device.acknowledged(this.#handle);
    return { id: this.#handle.documentId, heads: this.heads, content: this.#handle.doc() };
  }

  /**
   * Types after the first place where `before` stands: letter by letter for those who watch, else word by word, each as
   * soon as the one before has arrived. All of it is sent at once where there is a connection.
   */
  async type(text: string, before: string, audience: Audience): Promise<void> {
    let cursor = this.#cursorAt(this.text.indexOf(before) + before.length - 1);
    this.#isTyping = true;
    for (const piece of audience.isWatching ? text : text.split(/(?= )/)) {
      cursor = this.#insertAfter(cursor, piece);
      this.#tell({ isTyping: true, cursor });
      if (audience.isWatching) await audience.pause(letterMs);
      else if (this.device.isConnected) await this.device.acknowledged(this.#handle);
    }
    this.#isTyping = false;
    this.#tell({ isTyping: false, cursor });
  }

  /** Waits until this device shows what `isExpected` says. */
  sees(isExpected: (text: string) => boolean): Promise<void> {
    return this.device.sees(this.#handle, ({ text }) => isExpected(text));
  }

  /** Waits for the first sign that the other one types. */
  async seesSomebodyType(): Promise<void> {
    await this.device.follows(this.#handle, () => this.#other?.isTyping === true);
  }

  /** Waits until the other one is seen to be still. */
  async seesNobodyType(): Promise<void> {
    await this.device.follows(this.#handle, () => this.#other?.isTyping === false);
  }

  #news(): string {
    return this.#other?.isTyping === true ? `${this.#other.from} is typing` : '';
  }

  /** The title and the text, with a mark where the other one types. */
  #lines(): readonly string[] {
    const { title, text } = this.#handle.doc();
    const at = this.#otherPosition();
    const shown = at === undefined ? text : `${text.slice(0, at)}${cursorMark}${text.slice(at)}`;
    return [title, ...shown.split('\n')];
  }

  #insertAfter(cursor: Cursor, piece: string): Cursor {
    let at = 0;
    this.#isChanging = true;
    this.#handle.change((list) => {
      at = getCursorPosition(list, ['text'], cursor) + 1;
      splice(list, ['text'], at, 0, piece);
    });
    this.#isChanging = false;
    return this.#cursorAt(at + piece.length - 1);
  }

  #cursorAt(index: number): Cursor {
    return getCursor(this.#handle.doc(), ['text'], index);
  }

  #tell(news: Omit<Presence, 'from'>): void {
    this.#handle.broadcast({ from: this.device.name, ...news } satisfies Presence);
  }

  /** Behind the latest letter of the other that is here: presence overtakes documents. */
  #otherPosition(): number | undefined {
    if (this.#other?.isTyping !== true) return undefined;
    const list = this.#handle.doc();
    for (const cursor of this.#otherCursors) {
      const position = positionOf(list, cursor);
      if (position !== undefined) return position + 1;
    }
    return undefined;
  }
}

/** Undefined where its letter has not arrived. */
function positionOf(list: ReadingList, cursor: Cursor): number | undefined {
  try {
    return getCursorPosition(list, ['text'], cursor);
  } catch {
    return undefined;
  }
}
