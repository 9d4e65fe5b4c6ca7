// Where a real Chromium is: for the browser tests, the benchmarks and the screenshots.
//
// `locateChromium` only looks; `findChromium` installs one if there is none: Debian's package, else playwright's build.
// A path given in CHROMIUM_PATH or CHROME_PATH wins, and is an error if it does not exist.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

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

export class ChromiumNotFoundError extends Error {
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
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  return [...onPath, ...(places[process.platform] ?? []), chromium.executablePath()].find(isExecutable);
}

/** The path of a Chromium, installed now if need be. Throws ChromiumNotFoundError with what to do if that fails. */
export async function findChromium(): Promise<string> {
  for (const install of [() => {}, installFromDebian, installFromPlaywright]) {
    install();
    const path = locateChromium();
    if (path !== undefined) return path;
  }
  throw new ChromiumNotFoundError(
    'No Chromium found, and none could be installed. Install Chromium or Chrome, ' +
      'or set CHROMIUM_PATH to the executable of one.',
  );
}

function installFromDebian(): void {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return;
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  if (run([...apt, 'update'])) run([...apt, 'install', '-y', '--no-install-recommends', 'chromium']);
}

function installFromPlaywright(): void {
  run(['npx', 'playwright', 'install', 'chromium']);
}

/** Runs a command with its output on standard error, so that a caller's own output stays clean. */
function run(command: string[]): boolean {
  console.error(`No Chromium found yet: ${command.join(' ')}`);
  const { status } = spawnSync(command[0], command.slice(1), {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === import.meta.filename) console.log(await findChromium());
