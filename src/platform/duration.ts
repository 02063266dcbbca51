const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^([1-9][0-9]{0,5})([mhd])$/;

/** `30m`, `24h` or `7d` in milliseconds; undefined where it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = form.exec(text);
  const unit = match?.[2];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined;
  return Number(match?.[1]) * unitsMs[unit];
}

const steps = [
  { seconds: 86_400, word: (amount: number) => (amount === 1 ? '1 day' : `${amount} days`) },
  { seconds: 3_600, word: (amount: number) => `${amount} h` },
  { seconds: 60, word: (amount: number) => `${amount} min` },
  { seconds: 1, word: (amount: number) => `${amount} s` },
] as const;

/** `3 days 4 h`, `4 h 12 min`, `12 min 5 s`, `5 s`: the two largest units, rounded down. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = steps.findIndex((step) => whole >= step.seconds);
  if (first === -1) return '0 s';
  let rest = whole;
  const words = steps.slice(first, first + 2).map((step) => {
    const amount = Math.floor(rest / step.seconds);
    rest %= step.seconds;
    return amount === 0 ? '' : step.word(amount);
  });
  return words.filter(Boolean).join(' ');
}
