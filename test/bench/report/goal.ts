/** What groundmist should reach, and how far it is from it. */
export interface Goal {
  readonly text: string;
  /** 1 or more where it is met; below, what part of it is reached. Undefined where there is nothing to compare with. */
  readonly reached: (found: Found) => number | undefined;
}

export interface Found {
  readonly groundmist: number;
  /** How many times better groundmist is than the stock server; undefined where that gave no figure. */
  readonly ratio: number | undefined;
}

/** So many times better than the stock server. */
export function timesBetter(factor: number): Goal {
  return {
    text: `≥ ${factor}×`,
    reached: ({ ratio }) => (ratio === undefined ? undefined : ratio / factor),
  };
}

export function atMost(limit: number, unit: string): Goal {
  return {
    text: `≤ ${limit} ${unit}`.trim(),
    reached: ({ groundmist }) => (groundmist <= limit ? 1 : limit / groundmist),
  };
}

export function atLeast(limit: number, unit: string): Goal {
  return { text: `≥ ${limit} ${unit}`.trim(), reached: ({ groundmist }) => groundmist / limit };
}
