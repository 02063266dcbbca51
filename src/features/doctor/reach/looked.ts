import type { Finding } from '../finding.ts';

/** What one look came upon, and what the looks after it stand on; or, in a sentence, why those cannot be made. */
export type Looked<Value> = Standing<Value> | Stopped;

export interface Standing<Value> {
  readonly findings: readonly Finding[];
  readonly value: Value;
}

export interface Stopped {
  readonly findings: readonly Finding[];
  readonly why: string;
}
