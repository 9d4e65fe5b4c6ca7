// What must hold of a built APK: each check is one line, and looks at the file alone, as a device gets it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readZip } from '../../src/data/formats/zip.ts';
import { type Apk, buildApk, defaultWork, filesBelow } from './build-apk.ts';
import { run } from './programs.ts';
import { KeyError, signApk, userSigning, verifySignature } from './signing.ts';
import { testActivity } from './test-activity.ts';

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was found; where it failed, what was wanted too. */
  readonly found: string;
}

class CheckError extends Error {
  override name = 'CheckError';
}

const checks: Readonly<Record<string, (apk: Apk) => string | Promise<string>>> = {
  package: checkPackage,
  permissions: checkPermissions,
  signature: checkSignature,
  alignment: checkAlignment,
  pages: checkPages,
  reproducible: checkReproducible,
  'another key': checkAnotherKey,
  activity: checkActivity,
};

/** Runs every check, also after one that failed, and tells of each as it is done. */
export async function checkApk(apk: Apk, tell: (check: Check) => void): Promise<Check[]> {
  const done: Check[] = [];
  for (const [name, look] of Object.entries(checks)) {
    const check = await Promise.resolve(apk)
      .then(look)
      .then(
        (found) => ({ name, passed: true, found }),
        (error: Error) => ({ name, passed: false, found: error.message }),
      );
    done.push(check);
    tell(check);
  }
  return done;
}

function expect(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new CheckError(`${what} is ${found}, wanted ${wanted}`);
}

function checkPackage({ file, application }: Apk): string {
  const badging = run('aapt', ['dump', 'badging', file]);
  const read = (pattern: RegExp): string | undefined => pattern.exec(badging)?.[1];
  expect('the id', read(/^package: name='([^']*)'/m), application.id);
  expect('the version code', read(/ versionCode='(\d+)'/), `${application.versionCode}`);
  expect('the version name', read(/ versionName='([^']*)'/), application.versionName);
  expect('the least SDK', read(/^sdkVersion:'(\d+)'/m), `${application.minSdk}`);
  expect('the target SDK', read(/^targetSdkVersion:'(\d+)'/m), `${application.targetSdk}`);
  expect('the activity', read(/^launchable-activity: name='([^']*)'/m), 'onward.webview.MainActivity');
  expect('debuggable', badging.includes('application-debuggable'), false);
  return `${application.id} ${application.versionName}, API ${application.minSdk} to ${application.targetSdk}`;
}

function checkPermissions({ file }: Apk): string {
  const asked = run('aapt', ['dump', 'permissions', file])
    .split('\n')
    .filter((line) => line.includes('permission'));
  expect('what is asked for', asked.join(', '), '');
  return 'none asked for';
}

function checkSignature({ file, application, certificate }: Apk): string {
  const signature = verifySignature(file);
  expect('the schemes', signature.schemes.join(' '), 'v2 v3');
  expect('the number of signers', signature.signers, 1);
  expect('the certificate', signature.certificate, certificate);
  for (const memory of userSigning(dirname(file)).memories) {
    expect(`the certificate in ${memory}`, JSON.parse(readFileSync(memory, 'utf8'))[application.id], certificate);
  }
  return `v2 and v3, one signer, ${certificate}`;
}

function checkAlignment({ file }: Apk): string {
  run('zipalign', ['-c', '-p', '4', file]);
  return '4 bytes';
}

async function checkPages({ file, application }: Apk): Promise<string> {
  const entries = await readZip(readFileSync(file));
  const wanted = filesBelow(application.pages);
  const names = new Set(wanted.map((path) => `assets/www/${path}`));
  const extra = [...entries.keys()].filter((name) => name.startsWith('assets/') && !names.has(name));
  const other = wanted.filter((path) => {
    const packed = entries.get(`assets/www/${path}`);
    return packed === undefined || !readFileSync(join(application.pages, path)).equals(packed);
  });
  expect('what is not in the folder', extra.join(' '), '');
  expect('what is missing or differs', other.join(' '), '');
  return `${wanted.length} files, byte for byte, and nothing else`;
}

/** In another folder, at another time, by the same key. */
async function checkReproducible({ application, key, sha256 }: Apk): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const output = join(folder, 'again.apk');
    const signing = { key, memories: [] };
    const again = await buildApk({ ...application, output, signing, work: join(folder, 'work') });
    expect('the SHA-256 of a second build', again.sha256, sha256);
    return `built twice, ${sha256}`;
  });
}

async function checkAnotherKey({ file, application: { id, minSdk } }: Apk): Promise<string> {
  return inTemporaryFolder(async (folder) => {
    const other = { key: join(folder, 'other.jks'), password: 'another', memories: [] };
    const aligned = join(defaultWork, 'aligned.apk');
    signApk(aligned, join(folder, 'other.apk'), id, minSdk, other);
    const before = readFileSync(file);
    try {
      signApk(aligned, file, id, minSdk, { ...other, memories: userSigning(dirname(file)).memories });
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      expect('the APK left as it was', readFileSync(file).equals(before), true);
      return 'refused';
    }
    throw new CheckError('an APK was signed by another key than before');
  });
}

async function checkActivity({ file }: Apk): Promise<string> {
  const { passed, failed, log } = await testActivity(file);
  if (failed.length > 0 || passed === 0) {
    throw new CheckError(`${passed} tests passed, ${failed.length} failed: ${failed.join(', ')} (${log})`);
  }
  return `${passed} tests passed on Android 7 and 14, as Robolectric has them`;
}

async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'onward-apk-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
