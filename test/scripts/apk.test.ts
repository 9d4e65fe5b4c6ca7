// The parts of `npm run apk` that need no Java and no Android: versions, hashes, what an app is.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import dependencies from '../../android-webview/dependencies.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { ApplicationError, readApplication, versionCode } from '../../scripts/apk/application.ts';
import { androidJar, checkLibraries, d8, sha256, WrongHashError } from '../../scripts/apk/dependencies.ts';
import { project } from '../../scripts/apk/places.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-apk-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('versionCode', () => {
  test('grows with the version', () => {
    const versions = ['0.0.0', '0.0.1', '0.0.999', '0.1.0', '0.12.3', '1.0.0', '1.0.1', '10.0.0', '2099.999.999'];
    const codes = versions.map(versionCode);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(versionCode('1.2.3')).toBe(1_002_003);
    expect(codes.at(-1)).toBeLessThanOrEqual(2_100_000_000);
  });

  test('of a release candidate is that of its release', () => {
    expect(versionCode('1.2.3-rc.1')).toBe(versionCode('1.2.3'));
  });

  test.each(['1.2', '1.2.3.4', '1.1000.0', '1.0.1000', '2100.0.0', 'v1.0.0', ''])('refuses %j', (version) => {
    expect(() => versionCode(version)).toThrow(ApplicationError);
  });
});

describe('readApplication', () => {
  test('reads what Gradle reads', () => {
    const application = readApplication();
    expect(application).toMatchObject({
      id: 'onward.webview',
      minSdk: 24,
      versionName: manifest.version,
      versionCode: versionCode(manifest.version),
    });
    expect(application.targetSdk).toBeGreaterThanOrEqual(34);
  });

  test.each(['onward', 'org.', '1.a', 'org.my-app', 'org.example app'])('refuses the id %j', (id) => {
    expect(() => readApplication({ id })).toThrow(`the id is '${id}'`);
  });
});

describe('checkLibraries', () => {
  const file = join(folder, 'library.jar');
  writeFileSync(file, 'a library');
  const hash = sha256(readFileSync(file));

  test('accepts a file with its hash', () => {
    expect(() => checkLibraries(new Map([['g:a:1', file]]), { 'g:a:1': hash })).not.toThrow();
  });

  test('refuses another one with both hashes', () => {
    const wanted = '0'.repeat(64);
    const check = () => checkLibraries(new Map([['g:a:1', file]]), { 'g:a:1': wanted });
    expect(check).toThrow(WrongHashError);
    expect(check).toThrow(hash);
    expect(check).toThrow(wanted);
  });

  test('refuses what is not in the list, as another version is', () => {
    expect(() => checkLibraries(new Map([['g:a:2', file]]), { 'g:a:1': hash })).toThrow('g:a:2');
    expect(() => checkLibraries(new Map([['g:a:2', file]]))).toThrow(WrongHashError);
  });

  test('every hash is one, and the build takes two libraries', () => {
    const all = Object.values(dependencies).flatMap((part: Record<string, string>) => Object.entries(part));
    expect(all.length).toBeGreaterThan(30);
    for (const [coordinate, listed] of all) expect(`${coordinate} ${listed}`).toMatch(/^\S+:\S+:\S+ [0-9a-f]{64}$/);
    expect(Object.keys(dependencies.build).sort()).toEqual([d8, androidJar].sort());
  });
});

test('Maven and Gradle test with the same libraries', () => {
  const gradle = readFileSync(join(project, 'app', 'build.gradle'), 'utf8');
  const maven = readFileSync(join(project, 'pom.xml'), 'utf8');
  const libraries = [...gradle.matchAll(/testImplementation '([^:]+):([^:]+):([^']+)'/g)];
  expect(libraries).toHaveLength(2);
  for (const [, group, artifact, version] of libraries) {
    const tags = [`<groupId>${group}<`, `<artifactId>${artifact}<`, `<version>${version}<`];
    expect(maven).toMatch(new RegExp(tags.join('/\\w+>\\s*')));
    expect(Object.keys(dependencies.test)).toContain(`${group}:${artifact}:${version}`);
  }
});
