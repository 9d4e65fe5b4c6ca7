// `npm run stick`: build/stick, which is what one hands on: the web app as a zip, the Android app, each demo as one
// HTML file, their sums, and a README.txt that says how each is opened. `npm run stick -- --check` tries what lies
// there and ends with exit code 1 if anything is not as it should be.

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import { demos } from '../demos/shell/demos.ts';
import { buildApk } from './apk/build-apk.ts';
import manifest from '../package.json' with { type: 'json' };
import { writeZip } from '../src/data/formats/zip.ts';
import { buildDemos } from './build-demos.ts';
import { root } from '../tools/bundle.ts';
import { chromiumArguments, findChromium } from '../tools/find-chromium.ts';
import { warmUp, type Learned } from './try-page.ts';

const stick = join(root, 'build/stick');
const sums = 'SHA256SUMS';
const web = 'onward-web';
const pageOf = (folder: string): string => `onward-${folder}.html`;

const readme = `Onward ${manifest.version}: networks that learn on this device

Three ways to the same pages. None needs a connection, none sends anything.

${demos.map(({ folder }) => pageOf(folder)).join(', ')}
    The page as one file: open it in a browser, from wherever it lies.

${web}.zip
    The pages as an app that can be installed and works offline. Serve the folder over https, or try it here:
        unzip ${web}.zip && cd ${web} && python3 -m http.server
    then open http://localhost:8000/. Elsewhere than at localhost, a browser keeps pages offline only if they come over
    https. After one visit the server may go.

onward.apk
    The pages as an app for Android 7 and later, signed by whoever built it. Open it in the device's file manager, or:
        adb install onward.apk
    It has been built, verified and tested in parts, but never run on a device.

${sums}
    sha256sum -c ${sums}
`;

/** In percent. A warm-up reaches 90 and more on handwriting it has not seen; chance is 10. */
const LEARNED = 85;

class StickError extends Error {
  override name = 'StickError';
}

const scratch = mkdtempSync(join(tmpdir(), 'onward-stick-'));
try {
  if (process.argv.includes('--check')) await checkStick();
  else await writeStick();
} catch (error) {
  if (!(error instanceof StickError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

async function writeStick(): Promise<void> {
  rmSync(stick, { recursive: true, force: true });
  mkdirSync(stick, { recursive: true });
  writeFileSync(join(stick, `${web}.zip`), await zipWeb());
  const pages = join(scratch, 'file');
  await buildDemos({ form: 'file', outdir: pages });
  for (const { folder } of demos) copyFileSync(join(pages, `${folder}.html`), join(stick, pageOf(folder)));
  const www = join(scratch, 'webview');
  await buildDemos({ form: 'webview', outdir: www });
  const { file } = await buildApk({ pages: www, start: '' });
  copyFileSync(file, join(stick, 'onward.apk'));
  writeFileSync(join(stick, 'README.txt'), readme);
  const names = readdirSync(stick).sort();
  writeFileSync(join(stick, sums), names.map((name) => `${sha256(bytesOf(name))}  ${name}\n`).join(''));
  for (const name of names) console.log(`${name.padEnd(20)} ${Math.ceil(bytesOf(name).length / 1000)} kB`);
}

function bytesOf(name: string): Uint8Array {
  return readFileSync(join(stick, name));
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The web form, in a folder of its own; sorted and undated, so that the same sources give the same bytes. */
async function zipWeb(): Promise<Uint8Array> {
  const folder = join(scratch, web);
  await buildDemos({ form: 'web', outdir: folder });
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => name.split(sep).join('/'))
    .sort();
  return writeZip(new Map(names.map((name) => [`${web}/${name}`, readFileSync(join(folder, name))])));
}

// ---- the check ------------------------------------------------------------------------------------------------------

async function checkStick(): Promise<void> {
  if (!existsSync(join(stick, sums))) throw new StickError('there is no build/stick yet: npm run stick makes it');
  const listed = readFileSync(join(stick, sums), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('  '));
  const names = readdirSync(stick)
    .filter((name) => name !== sums)
    .sort();
  compare('the files beside SHA256SUMS', names.join(' '), listed.map(([, name]) => name).join(' '));
  for (const [sum, name] of listed) compare(`the sum of ${name}`, sha256(bytesOf(name)), sum);
  console.log(`${sums}: ${names.length} files are what it says`);

  compare(`the sum of a second ${web}.zip`, sha256(await zipWeb()), sha256(bytesOf(`${web}.zip`)));
  console.log(`${web}.zip: a second build gives the same bytes`);

  const page = pageOf('draw');
  const { accuracy, weights } = await learnFrom(join(stick, page));
  if (accuracy < LEARNED) throw new StickError(`${page} reached ${accuracy} %, wanted at least ${LEARNED} %`);
  console.log(`${page}: learned from its file: address, ${accuracy} % right, weights ${weights}`);
}

function compare(what: string, got: string, wanted: string): void {
  if (got !== wanted) throw new StickError(`${what}: got ${got}, wanted ${wanted}`);
}

async function learnFrom(file: string): Promise<Learned> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArguments });
  try {
    const page = await browser.newPage({ offline: true });
    await page.goto(pathToFileURL(file).href);
    return await warmUp(page);
  } finally {
    await browser.close();
  }
}
