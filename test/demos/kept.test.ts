// What was taught on the drawing page is kept: over a reload, in two tabs, and where it cannot be, the page says so.

import { describe, expect, test } from 'vitest';
import {
  choose,
  chosenRule,
  drawByTouch,
  one,
  open,
  openTab,
  origin,
  phone,
  seven,
  teach,
  teachClass,
  verdictOn,
  waitFor,
  wave,
} from './drawing.ts';

/** In the page, whose store is open. */
const countRecords = (): Promise<number> =>
  new Promise((resolve) => {
    const request = indexedDB.open('onward/draw');
    request.onsuccess = () => {
      const count = request.result.transaction('bodies').objectStore('bodies').count();
      count.onsuccess = () => {
        request.result.close();
        resolve(count.result);
      };
    };
  });

describe('what was taught is kept', () => {
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
    expect(await verdictOn(page, wave)).toMatch(/wave/);
    expect(await chosenRule(page)).toBe('DRTP');
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
    await waitFor(page, '#touched', /\d/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /Stop/);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => page.evaluate(countRecords), { timeout: 60_000 }).toBeGreaterThan(0);
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

  test('or the page says that it is not: room for a drawing alone, until there is more', async () => {
    const { page, complaints } = await open(phone);
    const session = await page.context().newCDPSession(page);
    await page.locator('#reset').tap();
    await waitFor(page, '#message', /nothing to forget/);
    const usage = await page.evaluate(async () => (await navigator.storage.estimate()).usage!);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 200_000 });
    await teach(page, seven, '7');
    await waitFor(page, '#message', /No room is left to keep more/);
    await waitFor(page, '#problem', /No room is left/);
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await choose(page, 'DRTP');
    await waitFor(page, '#message', /Caught up on 1 drawing/);
    expect(await page.locator('#problem').innerText()).toBe('');
    await page.reload();
    await waitFor(page, '#verdict', /Draw something/);
    await choose(page, 'tpSGD');
    await waitFor(page, '#rule-note', /random target/);
    await waitFor(page, '#message', /^$/);
    await drawByTouch(page, seven);
    await waitFor(page, '#verdict', /met only 7/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('by two tabs, of which one warms up: what the other was taught meanwhile is there in both', async () => {
    const { page: first, complaints } = await open(phone);
    const second = await openTab(first.context());
    await waitFor(second, '#verdict', /knows nothing yet/);
    await first.bringToFront();
    await first.locator('#warm-up').tap();
    await waitFor(first, '#accuracy', /\d+ %/);
    await second.bringToFront();
    await teachClass(second, wave, 'wave');
    await first.bringToFront();
    await first.locator('#warm-up').tap();
    await waitFor(first, '#message', /As another tab of this page has left it\. Caught up on 1 drawing/);
    await teach(first, seven, '7');
    await first.reload();
    expect(await verdictOn(first, wave)).toMatch(/wave/);
    expect(complaints).toEqual([]);
    await first.context().close();
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
