// The drawing page as built and opened in a real Chromium, with fingers to draw, name and warm up. Nothing is served:
// every request is answered from the built folder or counted.

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { beforeAll } from 'vitest';
import { answerFrom, buildPages, launchChromium } from './pages.ts';

export const origin = 'https://onward.test';

export type Points = readonly (readonly [x: number, y: number])[];
export const seven: Points = [
  [0.25, 0.2],
  [0.5, 0.18],
  [0.75, 0.2],
  [0.62, 0.45],
  [0.52, 0.65],
  [0.45, 0.85],
];
export const one: Points = [
  [0.5, 0.1],
  [0.5, 0.5],
  [0.5, 0.9],
];
export const wave: Points = [
  [0.1, 0.5],
  [0.3, 0.3],
  [0.5, 0.5],
  [0.7, 0.7],
  [0.9, 0.5],
];

let browser: Browser;
let folder: string;

beforeAll(async () => {
  [browser, folder] = await Promise.all([launchChromium(), buildPages('webview')]);
});

export interface Opened {
  readonly page: Page;
  /** Errors, warnings, and requests that the page's own files do not answer. */
  readonly complaints: string[];
}

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** `prepare` may change what the page's scripts find. */
export async function open(options: BrowserContextOptions, prepare: () => void = () => {}): Promise<Opened> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  await context.addInitScript(prepare);
  await context.route(
    '**',
    answerFrom(folder, origin, (url) => complaints.push(`request of ${url}`)),
  );
  context.on('page', (page) => {
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  return { page: await openTab(context), complaints };
}

export async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/draw/`);
  return page;
}

/** Draws one stroke with a finger, on empty paper. */
export async function drawByTouch(page: Page, points: Points): Promise<void> {
  if (await page.locator('#clear').isEnabled()) await page.locator('#clear').tap();
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const paper = (await page.locator('#pad').boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: Points) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: at.map(([x, y]) => ({ x: paper.x + x * paper.width, y: paper.y + y * paper.height })),
    });
  await touch('touchStart', points.slice(0, 1));
  for (const point of points.slice(1)) await touch('touchMove', [point]);
  await touch('touchEnd', []);
}

export const waitFor = (page: Page, id: string, text: RegExp) => page.locator(id).filter({ hasText: text }).waitFor();
export const nameIt = (page: Page, name: string) =>
  page.getByRole('button', { name: `This is ${name}`, exact: true }).tap();

/** A rule by its title. */
export const choose = (page: Page, title: string) => page.getByLabel('Learning rule').selectOption({ label: title });

/** The title of the rule that is chosen. */
export const chosenRule = (page: Page): Promise<string> => page.locator('#rule option:checked').innerText();

export async function teach(page: Page, points: Points, name: string): Promise<void> {
  await drawByTouch(page, points);
  await nameIt(page, name);
  await waitFor(page, '#message', new RegExp(`it says ${name}`));
}

export async function teachClass(page: Page, points: Points, name: string): Promise<void> {
  await drawByTouch(page, points);
  await page.locator('#class-name').fill(name);
  await page.locator('#add-class button').tap();
  await waitFor(page, '#message', new RegExp(`it says ${name}`));
}

/** What the page says to a drawing, to the percent. */
export async function verdictOn(page: Page, points: Points): Promise<string> {
  await drawByTouch(page, points);
  await waitFor(page, '#spoken', /: \d+ %/);
  return page.locator('#spoken').innerText();
}
