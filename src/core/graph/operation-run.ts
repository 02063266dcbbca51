/** Operations that follow one another: of one actor, counted on, in one object, of one action. */
export interface OperationRun {
  readonly actor: number;
  /** The counter of the first. */
  readonly first: number;
  /**
   * Where there are several, each inserts an element behind that of the one before it: typed text is one run. Or each
   * removes the element of which the counter is one more.
   */
  readonly length: number;
  readonly action: number;
  readonly isInserting: boolean;
  /** Whose operation made the object, and its counter; that of the root is 0. */
  readonly objectActor: number;
  readonly objectCounter: number;
  /** The key is a text; else the element behind which the first stands, or which it is about. */
  readonly hasText: boolean;
  /** The number of the text, or whose element. */
  readonly key: number;
  /** 0 for the head of a list, and beside a text. */
  readonly keyCounter: number;
}

/** A run that is written over with the next. */
export type ReadRun = { -readonly [Name in keyof OperationRun]: OperationRun[Name] };

export function emptyRun(): ReadRun {
  return {
    actor: 0,
    first: 0,
    length: 0,
    action: 0,
    isInserting: false,
    objectActor: 0,
    objectCounter: 0,
    hasText: false,
    key: 0,
    keyCounter: 0,
  };
}
