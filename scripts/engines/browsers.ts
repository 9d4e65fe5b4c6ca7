// The browsers, one of each engine: where it is, how it is installed, and the command line that shows a page. None
// needs a driver.

import { join } from 'node:path';
import { chromiumArguments, locateChromium } from '../../tools/find-chromium.ts';
import { findOnPath, installFromDebian, isExecutable } from '../../tools/programs.ts';

export interface Browser {
  readonly name: string;
  /** The environment variable that names another executable. */
  readonly variable: string;
  /** Debian's. */
  readonly packages: readonly string[];
  locate(): string | undefined;
  /** It has no headless mode: where there is no display, it draws on a virtual one. */
  readonly needsDisplay?: boolean;
  /** Arguments that show an address; whatever the browser keeps goes to the empty folder `home`. */
  readonly show: (address: string, home: string) => readonly string[];
}

export const browsers: readonly Browser[] = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM_PATH',
    packages: ['chromium'],
    locate: locateChromium,
    show: (address, home) => [...chromiumArguments, '--headless', `--user-data-dir=${home}`, address],
  },
  {
    name: 'Firefox',
    variable: 'FIREFOX_PATH',
    packages: ['firefox-esr'],
    locate: () => findOnPath('firefox', 'firefox-esr') ?? firefoxPlaces.find(isExecutable),
    show: (address, home) => ['--headless', '--no-remote', '--profile', home, address],
  },
  {
    name: 'WebKit',
    variable: 'WEBKIT_PATH',
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
    locate: locateMiniBrowser,
    needsDisplay: true,
    show: (address) => ['--private', address],
  },
];

const firefoxPlaces = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  join(process.env.ProgramFiles ?? '', 'Mozilla Firefox', 'firefox.exe'),
];

const triplets: Partial<Record<NodeJS.Architecture, string>> = { arm64: 'aarch64-linux-gnu', x64: 'x86_64-linux-gnu' };

/** WebKitGTK's own small browser, which is on no PATH. */
function locateMiniBrowser(): string | undefined {
  const folders = [`/usr/lib/${triplets[process.arch]}`, '/usr/libexec', '/usr/lib64', '/usr/lib'];
  const versions = ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'];
  return folders
    .flatMap((folder) => versions.map((version) => join(folder, version, 'MiniBrowser')))
    .find(isExecutable);
}

export class BrowserNotFoundError extends Error {
  override name = 'BrowserNotFoundError';
}

/** The beginning of the browser's command line; it is installed now if need be. @throws BrowserNotFoundError */
export function findBrowser({ name, variable, packages, locate, needsDisplay }: Browser): readonly string[] {
  const display = needsDisplay && !process.env.DISPLAY ? ['xvfb-run', '-a'] : [];
  const isThere = (): boolean => locate() !== undefined && display.slice(0, 1).every((program) => findOnPath(program));
  const given = process.env[variable];
  if (given) {
    if (isExecutable(given)) return [...display, given];
    throw new BrowserNotFoundError(`${variable} is ${given}, which is not an executable file`);
  }
  if (!isThere()) installFromDebian(...packages);
  if (isThere()) return [...display, locate()!];
  throw new BrowserNotFoundError(
    `no ${name} found, and none could be installed: set ${variable} to the executable of one, ` +
      `or on Debian: sudo apt-get install ${packages.join(' ')}`,
  );
}
