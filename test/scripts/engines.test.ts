// The parts of `npm run engines` that need no browser: what stands in for one is Node.

import { afterEach, expect, test, vi } from 'vitest';
import { BrowserNotFoundError, browsers, findBrowser } from '../../scripts/engines/browsers.ts';
import type { Run } from '../../scripts/engines/runs.ts';
import { visit, VisitError, type Files, type Told } from '../../scripts/engines/visit.ts';

const run: Run = { training: 'any', place: 'the page', features: 'none', weights: '01234567', metrics: '89abcdef' };
const files: Files = { '/': { type: 'text/html', body: 'a page' } };

/** Opens the address as a browser does, and tells what a page may tell, then waits to be ended. */
const telling =
  (...told: readonly Told[]) =>
  (address: string): readonly string[] => {
    const script = `
      const page = await fetch('${address}').then((answer) => answer.text());
      const missing = await fetch('${address}missing').then(({ status }) => status);
      if (page !== 'a page' || missing !== 404) process.exit(4);
      for (const told of ${JSON.stringify(told)}) {
        await fetch('${address}told', { method: 'POST', body: JSON.stringify(told) });
      }
      setInterval(() => {}, 1000);
    `;
    return [process.execPath, '--input-type=module', '--eval', script];
  };

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a visit gives the runs in order, when the page is done', async () => {
  const other = { ...run, weights: '76543210' };
  expect(await visit(telling({ run }, { run: other }, { isDone: true }), files)).toEqual([run, other]);
});

test.each([
  ['the page says so', telling({ run }, { error: 'RangeError: too large' }), 'RangeError: too large'],
  [
    'the browser ends',
    () => [process.execPath, '--eval', 'console.error("no display"); process.exit(3)'],
    'no display',
  ],
  ['the browser is killed', () => [process.execPath, '--eval', 'process.kill(process.pid)'], 'ended with SIGTERM'],
])('a visit fails where %s', async (_, command, message) => {
  const failure = await visit(command, files).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(VisitError);
  expect((failure as Error).message).toContain(message);
});

test('a visit fails where there is no such program', async () => {
  await expect(visit(() => ['onward-no-such-program'], files)).rejects.toThrow('ENOENT');
});

test.each(browsers)('$name is asked for with a path that is none', (browser) => {
  vi.stubEnv(browser.variable, '/no/such/browser');
  expect(() => findBrowser(browser)).toThrow(BrowserNotFoundError);
  expect(() => findBrowser(browser)).toThrow(`${browser.variable} is /no/such/browser`);
});
