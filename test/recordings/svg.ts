import type { Row, Run, Screen } from './screen.ts';

/** The sixteen colours of a terminal, dark enough behind and bright enough before to be read on any page. */
const palette = [
  '#1b2027',
  '#f07178',
  '#7fc8a0',
  '#e6c07b',
  '#82aaff',
  '#c792ea',
  '#7fd1d8',
  '#c9d1d9',
  '#7d8794',
  '#ff8b92',
  '#95dab4',
  '#f2d192',
  '#9dbdff',
  '#d7aaf2',
  '#98e2e8',
  '#ffffff',
];
const colours = { paper: '#12161c', edge: '#2b323c', title: '#8b949e', ink: '#d6dce4' };
const letter = { width: 8.43, height: 19, size: 14 };
const margin = { left: 18, top: 46, bottom: 18 };
const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace";
/** How long the last screen stays before it begins anew. */
const lastSeconds = 6;

export interface Drawing {
  readonly title: string;
  readonly columns: number;
  readonly screens: readonly Screen[];
}

/** A picture of a terminal that plays its screens, or shows the last where the reader wants nothing to move. */
export function drawSvg({ title, columns, screens }: Drawing): string {
  const shownRows = Math.max(...screens.map(({ rows }) => rows.findLastIndex((row) => row.length > 0) + 1));
  const width = Math.ceil(columns * letter.width + 2 * margin.left);
  const height = margin.top + shownRows * letter.height + margin.bottom;
  const unique = [...new Set(screens.flatMap(({ rows }) => rows.slice(0, shownRows).map(drawRow)))].filter(
    Boolean,
  );
  const ids = new Map(unique.map((row, index) => [row, `r${index}`]));
  const drawn = screens.map(({ rows }, index) => {
    const uses = rows.slice(0, shownRows).map((row, line) => {
      const id = ids.get(drawRow(row));
      return id === undefined ? '' : `<use href="#${id}" y="${line * letter.height}"/>`;
    });
    return `<g class="s s${index}">${uses.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<style>text{font:${letter.size}px ${font};fill:${colours.ink};white-space:pre}.b{font-weight:600}.d{opacity:.65}.t{fill:${colours.title};font-size:13px}${animate(screens)}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="${colours.paper}" stroke="${colours.edge}"/>
<g fill="${colours.edge}"><circle cx="22" cy="19" r="5.5"/><circle cx="41" cy="19" r="5.5"/><circle cx="60" cy="19" r="5.5"/></g>
<text class="t" x="${width / 2}" y="23.5" text-anchor="middle">${escape(title)}</text>
<defs>${unique.map((row, index) => `<g id="r${index}">${row}</g>`).join('')}</defs>
<g transform="translate(${margin.left} ${margin.top + letter.size - 4})">
${drawn.join('\n')}
</g>
</svg>
`;
}

/** Each screen is there for its part of the whole and gone for the rest; without motion only the last is. */
function animate(screens: readonly Screen[]): string {
  const last = screens.length - 1;
  if (last <= 0) return '';
  const seconds = (screens[last]?.at ?? 0) + lastSeconds;
  const share = (at: number): string => `${((100 * at) / seconds).toFixed(3)}%`;
  const rules = screens.map(({ at }, index) => {
    const until = screens[index + 1]?.at;
    const gone = until === undefined ? '' : `${share(until)}{visibility:hidden}`;
    const start =
      at === 0 ? '0%{visibility:visible}' : `0%{visibility:hidden}${share(at)}{visibility:visible}`;
    return `@keyframes k${index}{${start}${gone}}.s${index}{animation-name:k${index}}`;
  });
  return `.s{visibility:hidden;animation:${seconds.toFixed(2)}s step-end infinite}${rules.join('')}@media(prefers-reduced-motion:reduce){.s{animation:none}.s${last}{visibility:visible}}`;
}

function drawRow(row: Row): string {
  return row.map(drawRun).join('');
}

function drawRun({ column, text, colour, isBold, isDim }: Run): string {
  const classes = [isBold ? 'b' : '', isDim ? 'd' : ''].filter(Boolean).join(' ');
  const fill = typeof colour === 'number' ? palette[colour] : colour;
  // Whatever font it is, the columns stay in line.
  const long = text.length > 1 ? ` textLength="${(text.length * letter.width).toFixed(1)}"` : '';
  return `<text${column === 0 ? '' : ` x="${(column * letter.width).toFixed(1)}"`}${classes === '' ? '' : ` class="${classes}"`}${fill === undefined ? '' : ` style="fill:${fill}"`}${long}>${escape(text)}</text>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
