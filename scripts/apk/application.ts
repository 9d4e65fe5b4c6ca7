// What the app is: android-webview/gradle.properties, which Gradle reads too, and the version of package.json.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { project } from './places.ts';

export interface Application {
  /** What Android knows it by: an update has the same one. */
  readonly id: string;
  readonly name: string;
  /** The folder of the built page. */
  readonly pages: string;
  /** What is opened first, below it: '' for its index.html, or `draw/`. */
  readonly start: string;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly versionName: string;
  readonly versionCode: number;
}

export class ApplicationError extends Error {
  override name = 'ApplicationError';
}

export function readApplication(changes: Partial<Application> = {}): Application {
  const read = readProperties(readFileSync(join(project, 'gradle.properties'), 'utf8'));
  const application = {
    id: read('applicationId'),
    name: read('name'),
    pages: resolve(project, read('pages')),
    start: read('start'),
    minSdk: Number(read('minSdk')),
    targetSdk: Number(read('targetSdk')),
    versionName: manifest.version,
    versionCode: versionCode(manifest.version),
    ...changes,
  };
  if (!/^[a-z]\w*(\.[a-z]\w*)+$/i.test(application.id)) {
    throw new ApplicationError(`the id is '${application.id}', wanted two or more words such as org.example.app`);
  }
  return application;
}

/** 1.2.3 is 1002003: of two releases the later one has the larger code, below Android's bound of 2100000000. */
export function versionCode(version: string): number {
  const numbers = /^(\d+)\.(\d+)\.(\d+)(?:-.*)?$/.exec(version)?.slice(1).map(Number);
  if (numbers === undefined || numbers[0] > 2099 || numbers[1] > 999 || numbers[2] > 999) {
    throw new ApplicationError(`the version is ${version}, wanted one from 0.0.0 to 2099.999.999`);
  }
  return numbers[0] * 1_000_000 + numbers[1] * 1_000 + numbers[2];
}

/** Of a .properties file what is used here: `onward.key=value`, without escapes. */
function readProperties(text: string): (key: string) => string {
  const values = new Map(Array.from(text.matchAll(/^onward\.(\w+)=(.*)$/gm), ([, key, value]) => [key, value.trim()]));
  return (key) => {
    const value = values.get(key);
    if (value === undefined) throw new ApplicationError(`gradle.properties has no onward.${key}`);
    return value;
  };
}
