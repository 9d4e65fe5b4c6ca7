// The drawing page end to end, as built and opened in a real Chromium: a finger draws, names and warms up, and the
// network in the worker learns. Nothing is served: every request is answered from the built folder or counted.

import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerFrom, buildPages, launchChromium } from './pages.ts';

const origin = 'https://onward.test';

type Points = readonly (readonly [x: number, y: number])[];
const seven: Points = [
  [0.25, 0.2],
  [0.5, 0.18],
  [0.75, 0.2],
  [0.62, 0.45],
  [0.52, 0.65],
  [0.45, 0.85],
];
const one: Points = [
  [0.5, 0.1],
  [0.5, 0.5],
  [0.5, 0.9],
];
const wave: Points = [
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

interface Opened {
  readonly page: Page;
  /** Errors, warnings, and requests that the page's own files do not answer. */
  readonly complaints: string[];
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** `prepare` may change what the page's scripts find. */
async function open(options: BrowserContextOptions, prepare: () => void = () => {}): Promise<Opened> {
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

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/draw/`);
  return page;
}

/** Draws one stroke with a finger, on empty paper. */
async function drawByTouch(page: Page, points: Points): Promise<void> {
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

const waitFor = (page: Page, id: string, text: RegExp) => page.locator(id).filter({ hasText: text }).waitFor();
const nameIt = (page: Page, name: string) => page.getByRole('button', { name: `This is ${name}`, exact: true }).tap();

const choose = (page: Page, name: string) => page.getByRole('radio', { name }).check();

async function teach(page: Page, points: Points, name: string): Promise<void> {
  await drawByTouch(page, points);
  await nameIt(page, name);
  await waitFor(page, '#message', new RegExp(`it says ${name}`));
}

async function teachClass(page: Page, points: Points, name: string): Promise<void> {
  await drawByTouch(page, points);
  await page.locator('#class-name').fill(name);
  await page.locator('#add-class button').tap();
  await waitFor(page, '#message', new RegExp(`it says ${name}`));
}

/** What the page says to a drawing, to the percent. */
async function verdictOn(page: Page, points: Points): Promise<string> {
  await drawByTouch(page, points);
  await waitFor(page, '#spoken', /: \d+ %/);
  return page.locator('#spoken').innerText();
}

const longer = { timeout: 60_000 };

describe('the drawing page', longer, () => {
  test('learns by touch on a phone: nothing at first, then digits, then a class of its own', async () => {
    const { page, complaints } = await open(phone);
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

  test('what it says goes when it no longer holds: with the next stroke, or a warm-up', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await drawByTouch(page, one);
    await waitFor(page, '#message', /^$/);
    await nameIt(page, '1');
    await waitFor(page, '#message', /it says 1/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#message', /^$/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /More/);
    await waitFor(page, '#message', /^$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('of half a stroke it says nothing, though the learner arrives meanwhile', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/worker/, (route) => held.then(() => route.fallback()));
    await page.reload();
    const paper = (await page.locator('#pad').boundingBox())!;
    const [[x, y]] = seven;
    await page.mouse.move(paper.x + x * paper.width, paper.y + y * paper.height);
    await page.mouse.down();
    release();
    await waitFor(page, '#touched', /\d/);
    expect(await page.locator('#spoken').innerText()).toBe('');
    await page.mouse.move(paper.x + 0.5 * paper.width, paper.y + 0.8 * paper.height, { steps: 5 });
    await page.mouse.up();
    await waitFor(page, '#spoken', /: \d+ %/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('says why no class can be added to sixteen', async () => {
    const { page } = await open(phone);
    await waitFor(page, '#touched', /\d/);
    for (const name of 'abcdef') {
      await page.locator('#class-name').fill(name);
      await page.locator('#add-class button').tap();
      await page.getByRole('button', { name: `This is ${name}`, exact: true }).waitFor();
    }
    await waitFor(page, '#full', /All 16 classes there is room for are taken/);
    expect(await page.locator('#class-name').isDisabled()).toBe(true);
    await page.context().close();
  });

  test('all of the paper is seen at once, upright or sideways, and nothing scrolls to the side', async () => {
    const { page } = await open(phone);
    await waitFor(page, '#touched', /\d/);
    for (const [width, height] of [
      [844, 390],
      [932, 430],
      [390, 844],
      [320, 568],
    ]) {
      await page.setViewportSize({ width, height });
      const paper = (await page.locator('#pad').boundingBox())!;
      expect(paper.y + paper.height).toBeLessThanOrEqual(height);
      expect(paper.width).toBeGreaterThan(190);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.context().close();
  });

  test('plans every rule for each network, stops, and forgets', async () => {
    const { page, complaints } = await open({ viewport: { width: 1280, height: 800 } });
    await page.getByRole('radio', { name: 'small CNN' }).check();
    await waitFor(page, '#rule-note', /keeps its random weights/);
    const plans = await page.locator('.plan b').allInnerTexts();
    const [tpsgd, drtp, backprop] = plans.map((text) => Number.parseInt(text.replace(',', ''), 10));
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

describe('what was taught is kept', longer, () => {
  test('over a reload, another rule and back, and forgetting can be undone', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    await teachClass(page, wave, 'wave');
    const verdict = await verdictOn(page, wave);
    expect(verdict).toMatch(/wave/);
    expect(await page.locator('#kept').isVisible()).toBe(true);

    await page.reload();
    expect(await verdictOn(page, wave)).toBe(verdict);

    await choose(page, 'DRTP');
    await waitFor(page, '#message', /^Caught up on 3 drawings\.$/);
    expect(await verdictOn(page, wave)).toMatch(/wave/);
    await teach(page, seven, '7');
    await page.reload();
    expect(await page.getByRole('radio', { name: 'DRTP' }).isChecked()).toBe(true);
    expect(await verdictOn(page, wave)).toMatch(/wave/);
    await choose(page, 'tpSGD');
    await waitFor(page, '#message', /^Caught up on 1 drawing\.$/);
    const later = await verdictOn(page, wave);
    await choose(page, 'backprop');
    await waitFor(page, '#message', /^Caught up on 3 drawings\.$/);
    await choose(page, 'tpSGD');
    await waitFor(page, '#message', /^$/);
    expect(await verdictOn(page, wave)).toBe(later);

    await page.locator('#reset').tap();
    await waitFor(page, '#message', /can be undone/);
    await waitFor(page, '#verdict', /knows nothing yet/);
    expect(await page.getByRole('button', { name: 'This is wave' }).count()).toBe(0);
    await page.reload();
    await waitFor(page, '#reset', /Undo forgetting/);
    await waitFor(page, '#verdict', /knows nothing yet/);
    await page.locator('#reset').tap();
    await waitFor(page, '#message', /Here it is again/);
    expect(await verdictOn(page, wave)).toBe(later);

    await page.locator('#reset').tap();
    await waitFor(page, '#message', /can be undone/);
    await teach(page, one, '1');
    await waitFor(page, '#reset', /Forget everything/);
    await page.reload();
    await drawByTouch(page, seven);
    await waitFor(page, '#verdict', /met only 1/);
    await waitFor(page, '#reset', /Forget everything/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a warm-up too, with its curve, saved while it runs', async () => {
    const { page, complaints } = await open(phone);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /Stop/);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForTimeout(500);
    await page.reload();
    await waitFor(page, '#warm-up', /More/);
    expect(Number((await page.locator('#seen-count').innerText()).replace(',', ''))).toBeGreaterThan(0);
    await waitFor(page, '#accuracy', /\d+ %/);
    await page.locator('#sample').tap();
    await waitFor(page, '#verdict', /(Perhaps|Looks like) \d:/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('by two tabs: the last lesson counts, and a tab that comes back reads what the other left', async () => {
    const { page: first, complaints } = await open(phone);
    const second = await openTab(first.context());
    await waitFor(second, '#verdict', /knows nothing yet/);
    await first.bringToFront();
    await teach(first, seven, '7');
    await second.bringToFront();
    await teach(second, one, '1');
    // This browser thinks that all its tabs have the focus, so it does not tell when one gets it.
    await first.bringToFront();
    await first.evaluate(() => dispatchEvent(new Event('focus')));
    await waitFor(first, '#message', /As another tab/);
    await waitFor(first, '#verdict', /met only 1/);
    await teach(first, seven, '7');
    await second.bringToFront();
    await second.reload();
    expect(await verdictOn(second, seven)).toMatch(/7/);
    expect(await verdictOn(second, one)).toMatch(/1/);
    expect(complaints).toEqual([]);
    await first.context().close();
  });

  test('or the page says that it is not: without IndexedDB it works on until it closes', async () => {
    const { page, complaints } = await open(phone, () => {
      Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    });
    await waitFor(page, '#message', /keeps nothing for this page/);
    await waitFor(page, '#problem', /forgotten when it closes/);
    expect(await page.locator('#kept').isVisible()).toBe(false);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    const verdict = await verdictOn(page, seven);
    await choose(page, 'DRTP');
    await waitFor(page, '#message', /Caught up on 2 drawings/);
    await choose(page, 'tpSGD');
    await waitFor(page, '#message', /^$/);
    expect(await verdictOn(page, seven)).toBe(verdict);
    await page.locator('#reset').tap();
    await waitFor(page, '#message', /can be undone/);
    await waitFor(page, '#verdict', /knows nothing yet/);
    await page.locator('#reset').tap();
    await waitFor(page, '#message', /Here it is again/);
    expect(await verdictOn(page, seven)).toBe(verdict);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('or the page says that it is not: a full disk', async () => {
    const { page, complaints } = await open(phone);
    const session = await page.context().newCDPSession(page);
    await page.locator('#reset').tap();
    await waitFor(page, '#message', /nothing to forget/);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
    await teach(page, seven, '7');
    await waitFor(page, '#message', /No room is left to keep more/);
    await teach(page, one, '1');
    expect(await page.locator('#message').innerText()).not.toMatch(/No room/);
    await waitFor(page, '#problem', /No room is left/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('and a record that cannot be read is left out with a line', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('onward/draw');
        request.onsuccess = () => resolve(request.result);
      });
      const bodies = db.transaction('bodies', 'readwrite').objectStore('bodies');
      bodies.openCursor().onsuccess = (event) => {
        const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
        cursor?.update(new Uint8Array(9));
        cursor?.continue();
      };
      await new Promise<void>((resolve) => {
        bodies.transaction.oncomplete = () => resolve();
      });
      db.close();
    });
    await page.reload();
    await waitFor(
      page,
      '#message',
      /The notebook of your drawings cannot be read and is left out: the record is damaged/,
    );
    await waitFor(page, '#verdict', /knows nothing yet/);
    await teach(page, one, '1');
    await page.reload();
    await drawByTouch(page, seven);
    await waitFor(page, '#verdict', /met only 1/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
