import { Statement, type Database } from 'bun:sqlite';

export interface Fault {
  /** The statement that fails, counted from 1. */
  readonly at: number;
  readonly code: string;
  /** `keeps`: the statement alone; `loses`: SQLite gives up the transaction; `works`: it is done and says that it is not. */
  readonly transaction: 'keeps' | 'loses' | 'works';
}

/** A database of which one statement fails, whichever way it is run. */
export class FaultyDatabase {
  readonly database: Database;
  readonly #real: Database;
  #fault: Fault | undefined;
  #ran = 0;
  /** The statement that failed. */
  failed: string | undefined;
  /** Told of each statement before it runs. */
  onRun: (sql: string) => void = () => {};

  constructor(real: Database) {
    this.#real = real;
    this.database = intercept(
      real,
      ['run'],
      (_, [sql], run) => this.#run(String(sql), run),
      (result) => (result instanceof Statement ? this.#statement(result) : result),
    );
  }

  arm(fault: Fault): void {
    this.#fault = fault;
    this.#ran = 0;
    this.failed = undefined;
  }

  disarm(): void {
    this.#fault = undefined;
  }

  #statement(statement: Statement): Statement {
    return intercept(statement, ['run', 'get', 'all'], (_, __, run) => this.#run(String(statement), run));
  }

  #run(sql: string, run: () => unknown): unknown {
    this.#ran += 1;
    this.onRun(sql);
    if (this.#fault?.at !== this.#ran) return run();
    const { code, transaction } = this.#fault;
    this.failed = sql;
    if (transaction === 'works') run();
    if (transaction === 'loses' && this.#real.inTransaction) this.#real.run('ROLLBACK');
    throw Object.assign(new Error(code), { code });
  }
}

/** `target` with the calls of some of its methods handed to `around`, and what the others give to `given`. */
function intercept<Target extends object>(
  target: Target,
  methods: readonly string[],
  around: (name: string, parameters: readonly unknown[], call: () => unknown) => unknown,
  given: (result: object) => unknown = (result) => result,
): Target {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(value, target, parameters);
        if (methods.includes(String(name))) return around(String(name), parameters, call);
        const result = call();
        return typeof result === 'object' && result !== null ? given(result) : result;
      };
    },
  });
}
