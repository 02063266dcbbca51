/** What a server says of itself to who watches it. */
export class Scrape {
  readonly text: string;
  readonly #values: ReadonlyMap<string, number>;

  private constructor(text: string) {
    this.text = text;
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#values = new Map(
      lines.map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
    );
  }

  static async of(served: { readonly watch: (path: string) => Promise<Response> }): Promise<Scrape> {
    const response = await served.watch('/metrics');
    const text = await response.text();
    if (response.status !== 200) throw new Error(`no metrics: ${response.status} ${text}`);
    return new Scrape(text);
  }

  /** Each series by its name with its labels. */
  get series(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Undefined where there is no such series. */
  value(series: string): number | undefined {
    return this.#values.get(series);
  }

  /** How much each of these grew since an earlier look; one that was not there counts from 0. */
  since(earlier: Scrape, series: readonly string[]): readonly number[] {
    return series.map((name) => (this.value(name) ?? NaN) - (earlier.value(name) ?? 0));
  }
}
