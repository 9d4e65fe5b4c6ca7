// The demos, in three forms of the same sources:
//
//   web      an app that works offline: a start page, a folder per demo, service worker and manifest
//   webview  the same pages without those two, as files of an app that brings them along (Android's WebView)
//   file     one HTML per demo, which holds everything and runs from a `file:` address
//
// Scripts and styles are named by their content, so a page runs with the parts it was built with or not at all. All
// addresses are relative: the folder works under any path.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { generateSW, type ManifestTransform } from 'workbox-build';
import { demos, type Demo } from '../demos/shell/demos.ts';
import { renderNavigation, renderPage, renderStart } from '../demos/shell/page.ts';
import manifest from '../package.json' with { type: 'json' };
import { root, workerSource } from '../tools/bundle.ts';
import { bundleDemos, type Asset, type Assets, type Form } from './bundle-demos.ts';
import { renderIcons } from './render-icons.ts';

export type { Form };

export interface DemosOptions {
  readonly form: Form;
  /** Is replaced. */
  readonly outdir: string;
  /** Part of every script and style, so that two versions share none. Default: the package's. */
  readonly version?: string;
}

const sources = join(root, 'demos');
const read = (file: string): string => readFileSync(join(sources, file), 'utf8');

export async function buildDemos({ form, outdir, version = manifest.version }: DemosOptions): Promise<void> {
  const assets = await bundleDemos(form, version);
  rmSync(outdir, { recursive: true, force: true });
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(outdir, name)), { recursive: true });
    writeFileSync(join(outdir, name), content);
  };
  if (form === 'file') {
    for (const demo of demos) write(`${demo.folder}.html`, renderFile(demo, assets));
    return;
  }
  for (const { name, text } of assets.files) write(name, text);
  for (const demo of demos) {
    cpSync(join(sources, demo.folder), join(outdir, demo.folder), { recursive: true, filter: isStatic });
    write(`${demo.folder}/index.html`, renderServed(form, assets, version, demo));
  }
  write('index.html', renderServed(form, assets, version));
  write('icon.svg', read('shell/icon.svg'));
  if (form !== 'web') return;
  write('manifest.webmanifest', read('shell/manifest.webmanifest'));
  for (const [name, png] of await renderIcons(read('shell/icon.svg'))) write(name, png);
  await writeServiceWorker(outdir);
}

/** What pages ask for as it is: pictures, models. */
const isStatic = (path: string): boolean => !['.ts', '.css'].includes(extname(path)) && basename(path) !== 'index.html';

// ---- pages ----------------------------------------------------------------------------------------------------------

/** The page of a demo, or the start page, with its parts beside it. */
function renderServed(form: Form, { bySource }: Assets, version: string, demo?: Demo): string {
  const isApp = form === 'web';
  const top = demo === undefined ? './' : '../';
  const addresses = (...files: string[]): string[] =>
    files.flatMap((file) => bySource.get(file) ?? []).map(({ name }) => top + name);
  const styles = addresses('demos/shell/theme.css', `demos/${demo?.folder ?? 'shell'}/style.css`);
  const scripts = addresses('demos/shell/app.ts', `demos/${demo?.folder}/main.ts`);
  const head = [
    `<link rel="icon" href="icon.svg" type="image/svg+xml">`,
    ...(isApp
      ? [
          `<link rel="manifest" href="${top}manifest.webmanifest">`,
          `<link rel="apple-touch-icon" href="${top}icon-touch.png">`,
        ]
      : []),
    ...styles.map((address) => `<link rel="stylesheet" href="${address}">`),
    ...(demo ? workersOf(demo) : []).flatMap(({ id, source }) =>
      addresses(source).map((address) => workerElement(id, ` data-src="${address}"`)),
    ),
    ...scripts.map((address) => `<script type="module" src="${address}"></script>`),
  ];
  return renderPage({
    ...titles(demo),
    policy: policy({
      'script-src': "'self' 'wasm-unsafe-eval'",
      'worker-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self'",
      ...(isApp && { 'manifest-src': "'self'" }),
    }),
    head,
    body: [
      renderNavigation(top, demo?.folder),
      demo === undefined ? renderStart(top, version) : read(`${demo.folder}/index.html`),
    ],
  });
}

/** The page of a demo with all its parts inside. Its policy names them by their hashes. */
function renderFile(demo: Demo, { bySource }: Assets): string {
  const texts = (...files: string[]): string[] => files.flatMap((file) => bySource.get(file) ?? []).map(inlineText);
  const styles = texts('demos/shell/theme.css', `demos/${demo.folder}/style.css`);
  const scripts = texts(`demos/${demo.folder}/main.ts`);
  const hashes = (inline: readonly string[]): string =>
    inline.map((text) => `'sha256-${sha('sha256', text)}'`).join(' ');
  const icon = Buffer.from(read(`${demo.folder}/icon.svg`)).toString('base64');
  return renderPage({
    ...titles(demo),
    policy: policy({
      'script-src': `${hashes(scripts)} 'wasm-unsafe-eval'`,
      'worker-src': 'blob:',
      'style-src': hashes(styles),
      'img-src': 'data:',
    }),
    head: [
      `<link rel="icon" href="data:image/svg+xml;base64,${icon}">`,
      ...styles.map((text) => `<style>${text}</style>`),
    ],
    body: [
      read(`${demo.folder}/index.html`),
      ...workersOf(demo).flatMap(({ id, source }) => texts(source).map((text) => workerElement(id, '', text))),
      ...scripts.map((text) => `<script>${text}</script>`),
    ],
  });
}

function titles(demo?: Demo): { title: string; about: string } {
  if (demo !== undefined) return { title: `${demo.title} · Onward`, about: demo.about };
  const { name, description } = JSON.parse(read('shell/manifest.webmanifest'));
  return { title: name, about: description };
}

/** The library's worker, and the demo's own where there is one. */
const workersOf = ({ folder }: Demo): { id: string; source: string }[] => [
  { id: 'worker', source: workerSource },
  { id: 'own-worker', source: `demos/${folder}/worker.ts` },
];

/** What demos/shell/start-worker.ts reads. */
const workerElement = (id: string, attributes: string, text = ''): string =>
  `<script id="${id}" type="text/plain"${attributes}>${text}</script>`;

/** @throws where the text would end the element that holds it. */
function inlineText({ name, text }: Asset): string {
  if (/<!--|<\/?(script|style)/i.test(text)) throw new Error(`${name} cannot stand inside a page: it holds a tag.`);
  return text;
}

const policy = (sources: Record<string, string>): string =>
  Object.entries({ 'default-src': "'none'", ...sources, 'base-uri': "'none'", 'form-action': "'none'" })
    .map((entry) => entry.join(' '))
    .join('; ');

const sha = (algorithm: string, content: string | Uint8Array): string =>
  createHash(algorithm).update(content).digest('base64');

// ---- the service worker ---------------------------------------------------------------------------------------------

/**
 * It keeps all files of its version and answers from them alone. It does not take over from the one before until a page
 * says so. Every address that it knows is a file: there is no page that answers for others.
 */
async function writeServiceWorker(outdir: string): Promise<void> {
  // A file of another version, met while the server changes, must fail the installation and not become a part of it.
  const addIntegrity: ManifestTransform = (entries) => ({
    manifest: entries.map((entry) => ({
      ...entry,
      integrity: `sha384-${sha('sha384', readFileSync(join(outdir, entry.url)))}`,
    })),
  });
  const { warnings } = await generateSW({
    swDest: join(outdir, 'sw.js'),
    globDirectory: outdir,
    globPatterns: ['**/*'],
    globIgnores: ['sw.js'],
    dontCacheBustURLsMatching: /^assets\//,
    manifestTransforms: [addIntegrity],
    ignoreURLParametersMatching: [/./],
    clientsClaim: true,
    skipWaiting: false,
    inlineWorkboxRuntime: true,
    sourcemap: false,
    mode: 'production',
  });
  if (warnings.length > 0) throw new Error(`The service worker: ${warnings.join('; ')}`);
}
