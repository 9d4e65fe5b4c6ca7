// Where a real Chromium is: for the browser tests, the benchmarks and the screenshots.
//
// `locateChromium` only looks; `findChromium` installs one if there is none: Debian's package, else playwright's build.
// A path given in CHROMIUM_PATH or CHROME_PATH wins, and is an error if it does not exist.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findOnPath, installFromDebian, isExecutable, run } from './programs.ts';

/** Flags for a quiet browser that runs as root and in containers. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];

const windowsFiles = [
  'Chromium\\Application\\chrome.exe',
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

const places: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['/usr/lib/chromium/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: ['', homedir()].flatMap((root) =>
    ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (app) => `${root}/Applications/${app}.app/Contents/MacOS/${app}`,
    ),
  ),
  win32: [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    .filter((root) => root !== undefined)
    .flatMap((root) => windowsFiles.map((file) => join(root, file))),
};

class ChromiumNotFoundError extends Error {
  override name = 'ChromiumNotFoundError';
}

/** The path of an installed Chromium, or undefined. Throws ChromiumNotFoundError if CHROMIUM_PATH names no file. */
export function locateChromium(): string | undefined {
  for (const variable of ['CHROMIUM_PATH', 'CHROME_PATH']) {
    const path = process.env[variable];
    if (!path) continue;
    if (isExecutable(path)) return path;
    throw new ChromiumNotFoundError(`${variable} is ${path}, which is not an executable file.`);
  }
  return findOnPath(...names) ?? [...(places[process.platform] ?? []), chromium.executablePath()].find(isExecutable);
}

/** The path of a Chromium, installed now if need be. Throws ChromiumNotFoundError with what to do if that fails. */
export async function findChromium(): Promise<string> {
  const installs = [
    () => {},
    () => installFromDebian('chromium'),
    () => run(['npx', 'playwright', 'install', 'chromium']),
  ];
  for (const install of installs) {
    install();
    const path = locateChromium();
    if (path !== undefined) return path;
  }
  throw new ChromiumNotFoundError(
    'No Chromium found, and none could be installed. Install Chromium or Chrome, ' +
      'or set CHROMIUM_PATH to the executable of one.',
  );
}

if (process.argv[1] === import.meta.filename) console.log(await findChromium());
