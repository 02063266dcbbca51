import type { BundledPackage } from './bundled.ts';

const rule = `\n\n${'-'.repeat(78)}\n\n`;

const head = `groundmist is under the MIT licence, in the file LICENSE of its source. Its binary also holds what others wrote,
under the licences below.`;

/** Bun's own package holds no licence; this is what LICENSE.md of its source says. */
function bunNotice(version: string): string {
  return `Bun ${version}, https://github.com/oven-sh/bun, is under the MIT licence. It is linked with JavaScriptCore and parts
of WebKit, which are under the GNU Lesser General Public License, version 2; with tinycc, under version 2.1 of it; and
with other libraries under licences of their own. All of them are named, with where their sources are, in
https://github.com/oven-sh/bun/blob/bun-v${version}/LICENSE.md; it also says how Bun is linked anew with a JavaScriptCore
that was changed. The binary of groundmist is made anew around such a Bun with
\`bun build --compile --compile-executable-path\`, from its source.

MIT License

Copyright (c) Oven

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
}

/** The licences of all that is in the binary, each text once, under the names of those that come with it. */
export function thirdPartyNotices(packages: readonly BundledPackage[], bunVersion: string): string {
  const byText = Map.groupBy(packages, ({ licenseText }) => licenseText);
  const sections = [...byText].map(([text, those]) => {
    const names = those.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${names.join('\n')}\n\n${text}`;
  });
  return `${[head, bunNotice(bunVersion), ...sections].join(rule)}\n`;
}
