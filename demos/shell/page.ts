// The one template of all pages, and what is inside the start page's body. Text in, text out, at build time: how a page
// gets its scripts and styles depends on the form of the pages and is scripts/build-demos.ts's business.

import { demos } from './demos.ts';

export interface Page {
  readonly title: string;
  readonly about: string;
  readonly policy: string;
  /** Elements of the head: links, styles, scripts. */
  readonly head: readonly string[];
  /** What is inside the body. */
  readonly body: readonly string[];
}

export const renderPage = ({ title, about, policy, head, body }: Page): string => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
  <meta name="color-scheme" content="light dark">
  <meta name="theme-color" content="#f4f2ed" media="(prefers-color-scheme: light)">
  <meta name="theme-color" content="#14171b" media="(prefers-color-scheme: dark)">
  <meta name="description" content="${escapeHtml(about)}">
  <title>${escapeHtml(title)}</title>
${head.map((element) => `  ${element}\n`).join('')}</head>
<body>
${body.join('\n')}
</body>
</html>
`;

/**
 * The bar above each page: home, and the demos. `top` is the way to the folder of all pages; `current` is the folder of
 * the page itself, but for the start page.
 */
export function renderNavigation(top: string, current?: string): string {
  const mark = (folder?: string): string => (folder === current ? ' aria-current="page"' : '');
  const links = demos.map(({ folder, name }) => `<a href="${top}${folder}/"${mark(folder)}>${escapeHtml(name)}</a>`);
  return `  <nav class="pages" aria-label="Pages">
    <a class="home" href="${top}"${mark()}><img src="${top}icon.svg" alt="">Onward</a>
    <div>${links.join('')}</div>
    <span id="offline" role="status"></span>
  </nav>
  <div id="offer" role="status"></div>`;
}

export const renderStart = (top: string, version: string): string => `  <header>
    <h1>Networks that learn on this device: <em>no backpropagation, no server.</em></h1>
  </header>
  <main>
    <ul class="demos">
${demos
  .map(
    ({ folder, title, about }) => `      <li class="card">
        <img src="${top}${folder}/icon.svg" alt="">
        <h2><a href="${top}${folder}/">${escapeHtml(title)}</a></h2>
        <p class="note">${escapeHtml(about)}</p>
      </li>`,
  )
  .join('\n')}
    </ul>
  </main>
  <footer>
    <p><b>Nothing leaves this device.</b> The pages need no connection once they are here, ask for nothing and count
      nobody. Version ${escapeHtml(version)}.</p>
  </footer>`;

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
