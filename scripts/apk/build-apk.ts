// A folder of built pages -> a signed, aligned APK, with Debian's programs and two libraries of Maven Central:
//
//   aapt2 compile, link   resources and manifest -> binary resources, and R.java with their numbers
//   javac, D8             the sources of android-webview -> classes.dex
//   pack                  those and the pages as assets/www, sorted, undated, stored: a file is read as it lies
//   zipalign, apksigner   to 4 bytes, then signed by v2 and v3
//
// Equal sources, pages and key give equal bytes. Nothing here is shrunk or renamed: there is nothing to gain.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { readZip, writeZip } from '../../src/data/formats/zip.ts';
import { type Application, ApplicationError, readApplication } from './application.ts';
import { androidJar, d8, fetchLibrary, sha256 } from './dependencies.ts';
import { buildFolder, project } from './places.ts';
import { ensurePrograms, run } from './programs.ts';
import { type Signing, signApk, userSigning } from './signing.ts';

export interface ApkOptions {
  /** The folder of the built page; default: what android-webview/gradle.properties names, as all that follows. */
  readonly pages?: string;
  readonly start?: string;
  readonly id?: string;
  readonly name?: string;
  /** The file to write; default build/android/onward-<version>.apk. */
  readonly output?: string;
  /** Who signs, where it is not the user's key, remembered beside `output` too. */
  readonly signing?: Partial<Signing>;
  /** A folder for what is made on the way: emptied before, left behind. */
  readonly work?: string;
}

export interface Apk {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly application: Application;
  readonly key: string;
  /** SHA-256 of the certificate that signed. */
  readonly certificate: string;
}

const main = join(project, 'app', 'src', 'main');

export const defaultWork = join(buildFolder, 'work');

export async function buildApk({ output, signing, work = defaultWork, ...changes }: ApkOptions = {}): Promise<Apk> {
  const application = readApplication(changes);
  const file = output ?? join(buildFolder, `onward-${application.versionName}.apk`);
  const signer = { ...userSigning(dirname(file)), ...signing };
  checkPages(application);
  ensurePrograms();
  const libraries = { d8: fetchLibrary(d8), android: fetchLibrary(androidJar) };

  rmSync(work, { recursive: true, force: true });
  for (const part of ['values/values', 'generated', 'classes', 'dex']) {
    mkdirSync(join(work, part), { recursive: true });
  }
  mkdirSync(dirname(file), { recursive: true });
  linkResources(application, libraries.android, work);
  compileSources(application, libraries, work);
  const packed = join(work, 'packed.apk');
  const aligned = join(work, 'aligned.apk');
  writeFileSync(packed, await pack(application, work));
  run('zipalign', ['-f', '-p', '4', packed, aligned]);
  const certificate = signApk(aligned, file, application.id, application.minSdk, signer);

  const bytes = readFileSync(file);
  return { file, bytes: bytes.length, sha256: sha256(bytes), application, key: signer.key, certificate };
}

/** Every file below a folder, by its path with `/`, in the order of their code units. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .sort();
}

function checkPages({ pages, start }: Application): void {
  const first = join(pages, start, start === '' || start.endsWith('/') ? 'index.html' : '');
  if (existsSync(first)) return;
  throw new ApplicationError(`there is no ${first}, which the app would open first`);
}

/** work/resources.apk: AndroidManifest.xml, resources.arsc, res/; work/generated: R.java. */
function linkResources(application: Application, android: string, work: string): void {
  const { id, minSdk, targetSdk, versionCode, versionName } = application;
  const values = join(work, 'values');
  writeFileSync(join(values, 'values', 'application.xml'), resourceValues(application));
  const manifest = join(work, 'AndroidManifest.xml');
  const text = readFileSync(join(main, 'AndroidManifest.xml'), 'utf8');
  writeFileSync(manifest, text.replace('<manifest ', `<manifest package="${id}" `));
  const compiled = [join(main, 'res'), values].map((folder, index) => {
    const archive = join(work, `resources-${index}.zip`);
    run('aapt2', ['compile', '--dir', folder, '-o', archive]);
    return archive;
  });
  run('aapt2', [
    'link',
    ...['-I', android, '--manifest', manifest, '-o', join(work, 'resources.apk')],
    ...['--java', join(work, 'generated'), '--custom-package', 'onward.webview'],
    ...['--min-sdk-version', `${minSdk}`, '--target-sdk-version', `${targetSdk}`],
    ...['--version-code', `${versionCode}`, '--version-name', versionName],
    ...compiled,
  ]);
}

/** What app/build.gradle makes by `resValue`. */
function resourceValues({ name, start }: Application): string {
  const string = (key: string, text: string): string => {
    const quoted = text.replace(/["\\]/g, '\\$&').replace(/&/g, '&amp;').replace(/</g, '&lt;');
    return `<string name="${key}" translatable="false">"${quoted}"</string>`;
  };
  return `<resources>${string('app_name', name)}${string('start_page', start)}</resources>\n`;
}

/** work/dex/classes.dex. */
function compileSources({ minSdk }: Application, libraries: { d8: string; android: string }, work: string): void {
  const sources = [join(main, 'java'), join(work, 'generated')].flatMap((folder) =>
    filesBelow(folder).map((file) => join(folder, file)),
  );
  const classes = join(work, 'classes');
  run('javac', ['--release', '17', '-encoding', 'UTF-8', '-cp', libraries.android, '-d', classes, ...sources]);
  run('java', [
    ...['-cp', libraries.d8, 'com.android.tools.r8.D8', '--release', '--min-api', `${minSdk}`],
    ...['--lib', libraries.android, '--output', join(work, 'dex')],
    ...filesBelow(classes).map((file) => join(classes, file)),
  ]);
}

async function pack({ pages }: Application, work: string): Promise<Uint8Array> {
  const files = await readZip(readFileSync(join(work, 'resources.apk')));
  files.set('classes.dex', readFileSync(join(work, 'dex', 'classes.dex')));
  for (const path of filesBelow(pages)) files.set(`assets/www/${path}`, readFileSync(join(pages, path)));
  return writeZip(new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
}
