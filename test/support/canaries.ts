/** Secrets by what they are, looked for in all that was written. */
export type Canaries = Readonly<Record<string, string>>;

/** A value that nothing else can contain. */
export function makeCanary(): string {
  return `Canary/${crypto.randomUUID()}+"ä`;
}

/** The canaries that stand in `written`, each with the form it has there; none where all is well. */
export function findCanaries(written: string, canaries: Canaries): readonly string[] {
  return Object.entries(canaries).flatMap(([name, canary]) => {
    if (canary.length < 12) throw new Error(`the canary ${name} is too short to be sure of`);
    return Object.entries(formsOf(canary)).flatMap(([form, text]) =>
      written.toLowerCase().includes(text.toLowerCase()) ? [`${name}, ${form}`] : [],
    );
  });
}

/** As programs write a text. In Base64 its first and last characters depend on what stands around it. */
export function formsOf(canary: string): Readonly<Record<string, string>> {
  const shifted = (before: string) => {
    const bytes = Buffer.from(before + canary);
    const [from, to] = [(before.length * 8) / 6, (bytes.length * 8) / 6].map((at, end) =>
      end ? Math.floor(at) : Math.ceil(at),
    );
    return bytes.toString('base64').slice(from, to);
  };
  return {
    'as it is': canary,
    'in a URL': encodeURIComponent(canary),
    'in a form': new URLSearchParams({ a: canary }).toString().slice(2),
    'in JSON': JSON.stringify(canary).slice(1, -1),
    'in JSON in JSON': JSON.stringify(JSON.stringify(canary).slice(1, -1)).slice(1, -1),
    'in hex': Buffer.from(canary).toString('hex'),
    'in Base64': shifted(''),
    'in base64url': shifted('').replaceAll('+', '-').replaceAll('/', '_'),
    'in Base64, one byte on': shifted('x'),
    'in Base64, two bytes on': shifted('xx'),
  };
}
