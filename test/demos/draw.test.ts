// The drawing page end to end: a finger draws, names and warms up, and the network in the worker learns.

import { describe, expect, test } from 'vitest';
import { choose, drawByTouch, nameIt, one, open, phone, seven, teach, verdictOn, waitFor, wave } from './drawing.ts';

describe('the drawing page', () => {
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

  test('a class of its own is taught the drawing of the moment it was added; an odd name is one clear line', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await drawByTouch(page, wave);
    await page.locator('#class-name').fill(' of  two ');
    await page.locator('#add-class button').tap();
    await page.waitForFunction(() => document.querySelector('#message')!.textContent!.includes('it says of two,'));
    await drawByTouch(page, one);
    await page.locator('#class-name').fill('bar');
    await page.evaluate(() => {
      document.querySelector<HTMLFormElement>('#add-class')!.requestSubmit();
      document.querySelector<HTMLElement>('#clear')!.click();
    });
    await waitFor(page, '#message', /it says bar/);
    await drawByTouch(page, one);
    await waitFor(page, '#verdict', /bar/);
    await page.locator('#clear').tap();
    for (const [name, answer] of [
      ['  ', 'A class wants a name.'],
      ['7', "there is a class '7' already"],
      ['elephant two', 'There is room for elephant two now: draw it, then name it.'],
    ]) {
      await page.locator('#class-name').fill(name);
      await page.locator('#add-class button').tap();
      await page.waitForFunction((line) => document.querySelector('#message')!.textContent === line, answer);
    }
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      const name = page.locator('#classes .long').last();
      expect(await name.evaluate(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight)).toBe(true);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a warm-up that is stopped before it began does not begin; while it runs no class is added, nor lost', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await page.evaluate(() => {
      document.querySelectorAll<HTMLElement>('#classes button')[7].click();
      for (let press = 0; press < 2; press++) document.querySelector<HTMLElement>('#warm-up')!.click();
    });
    await waitFor(page, '#message', /it says 7/);
    await waitFor(page, '#warm-up', /Warm up/);
    expect(await page.locator('#seen-count').innerText()).toBe('0');

    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /Stop/);
    await page.locator('#class-name').fill('wave');
    await page.locator('#add-class button').tap();
    await waitFor(page, '#message', /It is warming up: stop it first/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /More/);
    expect(await page.locator('#class-name').inputValue()).toBe('wave');
    await page.locator('#add-class button').tap();
    await waitFor(page, '#message', /it says wave/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what takes long says how far it is, and gives way to another choice', async () => {
    const { page, complaints } = await open(phone, () => {
      const usual = setInterval;
      Object.assign(globalThis, {
        said: [],
        setInterval: (action: () => void, ms: number) => usual(action, ms / 1000),
      });
      addEventListener('DOMContentLoaded', () => {
        const line = document.querySelector('#message')!;
        new MutationObserver(() => {
          (globalThis as unknown as { said: string[] }).said.push(line.textContent!);
        }).observe(line, { childList: true });
      });
    });
    const said = (): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    expect((await said()).filter((line) => line === 'Learning …')).toHaveLength(2);
    await page.evaluate(() => {
      const rule = document.querySelector<HTMLSelectElement>('#rule')!;
      const choose = (name: string): void => {
        rule.value = name;
        rule.dispatchEvent(new Event('change'));
      };
      choose('drtp');
      new MutationObserver(([, ...more], observer) => {
        if (more.length > 0 || !document.querySelector('#message')!.textContent!.startsWith('Catching up')) return;
        observer.disconnect();
        choose('tpsgd');
      }).observe(document.querySelector('#message')!, { childList: true });
    });
    await waitFor(page, '#message', /^Caught up on 1 drawing\.$/);
    await page.locator('#rule-note').filter({ hasText: 'random target' }).waitFor();
    await choose(page, 'DRTP');
    await waitFor(page, '#message', /^Caught up on 1 drawing\.$/);
    expect(await said()).toContain('Catching up: 0 of 2 drawings …');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a lesson that takes long can be stopped, catching up too, and what was learned by then is kept', async () => {
    const { page, complaints } = await open(phone, () => {
      const usual = setInterval;
      globalThis.setInterval = ((action: () => void, ms: number) => usual(action, ms / 1000)) as typeof setInterval;
      addEventListener('DOMContentLoaded', () => {
        const stop = document.querySelector<HTMLElement>('#stop')!;
        new MutationObserver(() => {
          if (!stop.hidden) stop.click();
        }).observe(stop, { attributeFilter: ['hidden'] });
      });
    });
    await drawByTouch(page, seven);
    await nameIt(page, '7');
    await waitFor(page, '#message', /^Stopped after \d+ steps?: it says \d, \d+ %\.$/);
    await drawByTouch(page, one);
    await nameIt(page, '1');
    await waitFor(page, '#message', /^Stopped after/);
    expect(await page.locator('#stop').isVisible()).toBe(false);
    const verdict = await verdictOn(page, seven);
    await choose(page, 'DRTP');
    await waitFor(page, '#message', /^Caught up on 1 drawing\.$/);
    await page.reload();
    await waitFor(page, '#message', /^Caught up on 1 drawing\.$/);
    await choose(page, 'tpSGD');
    await waitFor(page, '#rule-note', /random target/);
    await waitFor(page, '#message', /^$/);
    expect(await verdictOn(page, seven)).toBe(verdict);
    expect(complaints).toEqual([]);
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
    const planned = async (): Promise<(title: string) => number> => {
      await page.locator('#plans[aria-busy=false]').waitFor();
      const plans = await page.locator('.plan').allInnerTexts();
      return (title) => {
        const plan = plans.find((text) => text.startsWith(title))!;
        return Number.parseInt(plan.slice(title.length).replace(/[^\d]/g, ''), 10);
      };
    };
    const dense = await planned();
    expect(dense('tpSGD')).toBe(dense('DRTP'));
    await page.getByRole('radio', { name: 'CNN' }).check();
    await page.locator('#plans[aria-busy=true]').waitFor();
    const convolutional = await planned();
    await waitFor(page, '#refused', /Not on this network and storage: \d of 17 rules, and why/);
    expect(convolutional('tpSGD')).toBeLessThan(convolutional('DRTP'));
    expect(convolutional('backprop')).toBeGreaterThan(convolutional('DRTP'));

    await page.locator('#warm-up').click();
    await waitFor(page, '#warm-up', /Stop/);
    await page.locator('#warm-up').click();
    await waitFor(page, '#warm-up', /More/);
    const seen = Number((await page.locator('#seen-count').innerText()).replace(',', ''));
    expect(seen).toBeLessThan(16_384);
    await page.locator('#sample').click();
    await waitFor(page, '#verdict', /(Perhaps|Looks like) \d:/);

    await page.locator('#reset').evaluate((button) => {
      for (let press = 0; press < 2; press++) (button as HTMLElement).click();
    });
    await waitFor(page, '#message', /^Forgotten\. It can be undone/);
    await waitFor(page, '#verdict', /knows nothing yet/);
    expect(await page.locator('#seen-count').innerText()).toBe('0');
    expect(await page.locator('#message').innerText()).toMatch(/^Forgotten/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
