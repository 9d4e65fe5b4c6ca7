/**
 * The drawing page end to end, as built and opened in a real Chromium: a finger draws, names and warms up, and the
 * network in the worker learns. Nothing is served: every request is answered from the built folder or counted.
 */

import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerFrom, buildPages, launchChromium } from './pages.ts';

const origin = 'https://onward.test';

type Points = readonly (readonly [x: number, y: number])[];
const seven: Points = [[0.25, 0.2], [0.5, 0.18], [0.75, 0.2], [0.62, 0.45], [0.52, 0.65], [0.45, 0.85]];
const one: Points = [[0.5, 0.1], [0.5, 0.5], [0.5, 0.9]];
const wave: Points = [[0.1, 0.5], [0.3, 0.3], [0.5, 0.5], [0.7, 0.7], [0.9, 0.5]];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  [browser, folder] = await Promise.all([launchChromium(), buildPages('webview')]);
});

interface Opened {
  readonly page: Page;
  /** Errors, warnings, and requests that the page's own files do not answer. */
  readonly complaints: string[];
}

async function open(options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  await context.route('**', answerFrom(folder, origin, url => complaints.push(`request of ${url}`)));
  const page = await context.newPage();
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  await page.goto(`${origin}/draw/`);
  return { page, complaints };
}

/** Draws one stroke with a finger, on empty paper. */
async function drawByTouch(page: Page, points: Points): Promise<void> {
  if (await page.locator('#clear').isEnabled()) await page.locator('#clear').tap();
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const paper = (await page.locator('#pad').boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: Points) =>
    session.send('Input.dispatchTouchEvent', {
      type, touchPoints: at.map(([x, y]) => ({ x: paper.x + x * paper.width, y: paper.y + y * paper.height })),
    });
  await touch('touchStart', points.slice(0, 1));
  for (const point of points.slice(1)) await touch('touchMove', [point]);
  await touch('touchEnd', []);
}

const waitFor = (page: Page, id: string, text: RegExp) => page.locator(id).filter({ hasText: text }).waitFor();
const nameIt = (page: Page, name: string) => page.getByRole('button', { name: `This is ${name}`, exact: true }).tap();

describe('the drawing page', () => {
  test('learns by touch on a phone: nothing at first, then digits, then a class of its own', async () => {
    const { page, complaints } = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await waitFor(page, '#verdict', /knows nothing yet/);
    await drawByTouch(page, seven);
    await nameIt(page, '7');
    await waitFor(page, '#verdict', /met only 7/);
    await drawByTouch(page, one);
    await nameIt(page, '1');
    await waitFor(page, '#verdict', /1: \d+ %/);

    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /More/);
    expect(Number.parseInt(await page.locator('#accuracy').innerText(), 10)).toBeGreaterThan(85);
    await waitFor(page, '#touched', /: ([\d,]+) of \1 planned bytes, 0 outside/);

    await drawByTouch(page, wave);
    await waitFor(page, '#verdict', /(Perhaps|Looks like) \d:/);
    await page.locator('#class-name').fill('wave');
    await page.locator('#add-class button').tap();
    await waitFor(page, '#message', /Learned in \d+ steps: it says wave/);
    await waitFor(page, '#guess', /wave/);
    await drawByTouch(page, seven);
    await waitFor(page, '#verdict', /Looks like 7/);

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('plans every rule for each network, stops, and forgets', async () => {
    const { page, complaints } = await open({ viewport: { width: 1280, height: 800 } });
    await page.getByRole('radio', { name: 'small CNN' }).check();
    await waitFor(page, '#rule-note', /keeps its random weights/);
    const plans = await page.locator('.plan b').allInnerTexts();
    const [tpsgd, drtp, backprop] = plans.map(text => Number.parseInt(text.replace(',', ''), 10));
    expect(tpsgd).toBe(drtp);
    expect(backprop).toBeGreaterThan(1.5 * tpsgd);

    await page.locator('#warm-up').click();
    await waitFor(page, '#warm-up', /Stop/);
    await page.locator('#warm-up').click();
    await waitFor(page, '#warm-up', /More/);
    const seen = Number((await page.locator('#seen-count').innerText()).replace(',', ''));
    expect(seen).toBeLessThan(16_384);
    await page.locator('#sample').click();
    await waitFor(page, '#verdict', /(Perhaps|Looks like) \d:/);

    await page.locator('#reset').click();
    await waitFor(page, '#verdict', /knows nothing yet/);
    expect(await page.locator('#seen-count').innerText()).toBe('0');
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
