// `npm run apk`: the built page -> build/android/onward-<version>.apk; with `--check`, also what must hold of it.
//
// Which page it is stands in android-webview/gradle.properties. Exit code 0, 1 where something failed, 2 for a command
// line that means nothing.

import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readApplication } from './apk/application.ts';
import { type Apk, buildApk } from './apk/build-apk.ts';
import { checkApk, type Check } from './apk/check-apk.ts';
import { buildDemos } from './build-demos.ts';

const help = `npm run apk -- [options]

  --check          also check the APK, and test its activity (fetches 250 MB at first)
  --json           print data
  --output FILE    default build/android/onward-<version>.apk
  --key FILE       key store that signs; default $ONWARD_APK_KEY or ~/.onward/apk.jks, made at first use;
                   its password is $ONWARD_APK_PASSWORD

In place of what android-webview/gradle.properties says:
  --pages FOLDER   the built page
  --start PAGE     what is opened first in it
  --name NAME      what the app is called
  --id ID          what Android knows it by`;

const options = readOptions();
if (options?.help) console.log(help);
else if (options) {
  try {
    process.exitCode = (await make(options)) ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      options: {
        check: flag,
        json: flag,
        help: flag,
        pages: text,
        start: text,
        name: text,
        id: text,
        output: text,
        key: text,
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exitCode = 2;
    return undefined;
  }
}

/** Whether all that was asked for holds. */
async function make(options: NonNullable<ReturnType<typeof readOptions>>): Promise<boolean> {
  const { check, json, output, key, pages, ...changes } = options;
  if (pages === undefined) await buildDemos({ form: 'webview', outdir: readApplication().pages });
  const apk = await buildApk({
    ...changes,
    ...(pages !== undefined && { pages: resolve(pages) }),
    ...(output !== undefined && { output: resolve(output) }),
    ...(key !== undefined && { signing: { key: resolve(key) } }),
  });
  if (!json) console.log(describe(apk));
  const checks = check ? await checkApk(apk, json ? () => {} : (done) => console.log(line(done))) : [];
  if (json) console.log(JSON.stringify(check ? { ...apk, checks } : apk, null, 2));
  return checks.every(({ passed }) => passed);
}

function describe({ file, bytes, sha256, application, key, certificate }: Apk): string {
  const { id, versionName, versionCode, minSdk } = application;
  const version = `${id} ${versionName} (${versionCode})`;
  return [
    `${relative('', file)}: ${(bytes / 1000).toFixed(1)} kB, ${version}, API ${minSdk} and later`,
    `SHA-256 ${sha256}`,
    `signed by ${key}, certificate ${certificate}`,
  ].join('\n');
}

function line({ name, passed, found }: Check): string {
  return `${passed ? 'ok    ' : 'FAILED'}  ${name.padEnd(12)}  ${found}`;
}
