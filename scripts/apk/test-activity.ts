// The tests of android-webview/app/src/test by Maven and Robolectric, on the resources and the pages of a built APK.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readZip } from '../../src/data/formats/zip.ts';
import { checkLibraries, fetchLibrary, mavenDependencies, monitor, systems } from './dependencies.ts';
import { buildFolder, project } from './places.ts';
import { run } from './programs.ts';

export interface TestResult {
  readonly passed: number;
  readonly failed: readonly string[];
  /** Where Maven's output is. */
  readonly log: string;
}

const folder = join(buildFolder, 'tests');
const maven = ['-B', '-ntp', '-f', join(project, 'pom.xml')];

/** R.java is the one of the last build in build/android/work, which the APK must come from. */
export async function testActivity(apk: string): Promise<TestResult> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await unpackMonitor();
  for (const system of systems) fetchLibrary(system);
  checkLibraries(readClassPath());
  await describeApk(apk);

  const log = join(folder, 'maven.log');
  const reports = join(buildFolder, 'maven', 'surefire-reports');
  rmSync(reports, { recursive: true, force: true });
  const { stdout, stderr } = spawnSync('mvn', [...maven, 'test'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  writeFileSync(log, stdout + stderr);
  return { ...readReports(reports), log };
}

async function unpackMonitor(): Promise<void> {
  const archive = await readZip(readFileSync(fetchLibrary(monitor)));
  writeFileSync(join(folder, 'monitor.jar'), archive.get('classes.jar')!);
}

/** Every library on the class path of the tests. */
function readClassPath(): Map<string, string> {
  const list = join(folder, 'class-path.txt');
  run('mvn', ['-q', ...maven, `${mavenDependencies}:list`, '-DoutputAbsoluteArtifactFilename', `-DoutputFile=${list}`]);
  const line = /^ +([^:\s]+:[^:]+):jar:([^:]+):(?:test|provided):(.+?)(?: -- module .*)?$/gm;
  return new Map(
    Array.from(readFileSync(list, 'utf8').matchAll(line), ([, name, version, file]) => [`${name}:${version}`, file]),
  );
}

/** The APK's entries again, but compressed: what Robolectric has for Android 7 reads no stored XML. */
async function describeApk(apk: string): Promise<void> {
  const unpacked = join(folder, 'apk');
  for (const [name, bytes] of await readZip(readFileSync(apk))) {
    const file = join(unpacked, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const compressed = join(folder, 'app.apk');
  run('jar', ['--create', '--no-manifest', '--file', compressed, '-C', unpacked, '.']);
  const properties = {
    android_resource_apk: compressed,
    android_merged_manifest: join(buildFolder, 'work', 'AndroidManifest.xml'),
    android_custom_package: 'onward.webview',
  };
  const tools = join(folder, 'com', 'android', 'tools');
  mkdirSync(tools, { recursive: true });
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value.replace(/[\\:=]/g, '\\$&')}\n`);
  writeFileSync(join(tools, 'test_config.properties'), lines.join(''));
}

/** Surefire's XML: a test case is one line with its end, or opens a failure or an error. */
function readReports(reports: string): { passed: number; failed: string[] } {
  const cases = (existsSync(reports) ? readdirSync(reports) : [])
    .filter((name) => name.endsWith('.xml'))
    .flatMap((name) => [
      ...readFileSync(join(reports, name), 'utf8').matchAll(/<testcase name="([^"]+)"[^>]*?(?:\/>|>\s*(<\w+)?)/g),
    ]);
  const failed = cases.filter(([, , inside]) => inside === '<failure' || inside === '<error').map(([, name]) => name);
  return { passed: cases.length - failed.length, failed };
}
