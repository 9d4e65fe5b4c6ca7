// Java libraries by version and SHA-256, from Maven Central by Maven: what android-webview/dependencies.json does not
// name, or names with another hash, is not used.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dependencies from '../../android-webview/dependencies.json' with { type: 'json' };
import { buildFolder } from './places.ts';
import { run } from './programs.ts';

/** `group:artifact:version`, with `:packaging` where it is no jar, and its SHA-256. */
export type Hashes = Readonly<Record<string, string>>;

export const d8 = 'com.android.tools:r8:9.5.28' satisfies keyof typeof dependencies.build;
/** All of Android 14, in place of the SDK's android.jar. */
export const androidJar =
  'org.robolectric:android-all:14-robolectric-10818077' satisfies keyof typeof dependencies.build;
export const monitor = 'androidx.test:monitor:1.8.0:aar' satisfies keyof typeof dependencies.test;
/** The Androids that tests run on. */
export const systems = Object.keys(dependencies.systems);

export const mavenDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0';

const all: Hashes = { ...dependencies.build, ...dependencies.systems, ...dependencies.test };
const folder = join(buildFolder, 'libraries');

export class WrongHashError extends Error {
  override name = 'WrongHashError';
}

/** The path of a library, fetched if it is not here yet. @throws WrongHashError */
export function fetchLibrary(coordinate: string): string {
  const [, artifact, version, packaging = 'jar'] = coordinate.split(':');
  const file = join(folder, `${artifact}-${version}.${packaging}`);
  if (!existsSync(file)) {
    console.error(`Fetching ${coordinate}`);
    mkdirSync(folder, { recursive: true });
    run('mvn', ['-B', '-q', `${mavenDependencies}:copy`, `-Dartifact=${coordinate}`, `-DoutputDirectory=${folder}`]);
  }
  checkLibraries(new Map([[coordinate, file]]));
  return file;
}

/** @throws WrongHashError that names every file with another hash or none in the list, with both hashes. */
export function checkLibraries(files: ReadonlyMap<string, string>, expected: Hashes = all): void {
  const wrong = [...files].flatMap(([coordinate, file]) => {
    const found = sha256(readFileSync(file));
    const wanted = expected[coordinate];
    if (found === wanted) return [];
    return [`${coordinate} is ${found}, wanted ${wanted ?? 'one that is in the list'} (${file})`];
  });
  if (wrong.length === 0) return;
  throw new WrongHashError(
    `not as android-webview/dependencies.json has it; delete a file to have it fetched again:\n${wrong.join('\n')}`,
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
