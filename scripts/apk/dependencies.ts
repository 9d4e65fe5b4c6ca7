// Java libraries by version and SHA-256: what android-webview/dependencies.json does not name, or names with another
// hash, is not used.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dependencies from '../../android-webview/dependencies.json' with { type: 'json' };
import { buildFolder } from './places.ts';
import { run } from './programs.ts';

/** `group:artifact:version`, with `:packaging` where it is not a jar -> SHA-256. */
export type Hashes = Readonly<Record<string, string>>;

/** The Android Gradle plugin takes the same two roles from Google's repository. */
export type BuildLibrary = keyof typeof dependencies.build;
export const d8 = 'com.android.tools:r8:9.5.28' satisfies BuildLibrary;
export const androidJar = 'org.robolectric:android-all:14-robolectric-10818077' satisfies BuildLibrary;

/** Beside the class path of the tests: what Maven cannot use as it is, and the systems that Robolectric runs. */
export const monitor = 'androidx.test:monitor:1.8.0:aar' satisfies keyof typeof dependencies.test;
export const systems = Object.keys(dependencies.systems);

const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy';
const folder = join(buildFolder, 'libraries');

export class WrongHashError extends Error {
  override name = 'WrongHashError';
}

/** The path of a library, fetched from Maven Central by Maven if it is not here yet. @throws WrongHashError */
export function fetchLibrary(coordinate: string): string {
  const [, artifact, version, packaging = 'jar'] = coordinate.split(':');
  const file = join(folder, `${artifact}-${version}.${packaging}`);
  if (!existsSync(file)) {
    console.error(`Fetching ${coordinate}`);
    mkdirSync(folder, { recursive: true });
    run('mvn', ['-B', '-q', copy, `-Dartifact=${coordinate}`, `-DoutputDirectory=${folder}`]);
  }
  checkLibraries(new Map([[coordinate, file]]));
  return file;
}

export const librariesFolder = folder;

/** @throws WrongHashError for all that have no hash or another one: with both. */
export function checkLibraries(
  files: ReadonlyMap<string, string>,
  expected: Hashes = { ...dependencies.build, ...dependencies.test, ...dependencies.systems },
): void {
  const wrong = [...files].flatMap(([coordinate, file]) => {
    const hash = sha256(readFileSync(file));
    if (hash === expected[coordinate]) return [];
    return [`${coordinate}: ${file} has SHA-256 ${hash}, wanted ${expected[coordinate] ?? 'one that is listed'}`];
  });
  if (wrong.length === 0) return;
  throw new WrongHashError(`Not as android-webview/dependencies.json has it:\n${wrong.join('\n')}`);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
