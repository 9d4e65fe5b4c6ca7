// What can be chosen on the drawing page: every rule of the index that can train the network as it is kept, with the
// others' own refusals; every number format and device; and a device of one's own, from the file that the command line
// takes.

import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { keyOf, networks, ruleNames, ruleOf, type NetworkName, type RuleName } from '../../demos/draw/choices.ts';
import { offerOf, refusalOf, settle } from '../../demos/draw/offers.ts';
import { profiles } from '../../src/index.ts';
import { storages } from '../../src/quantization/index.ts';
import { choose, chosenRule, one, open, phone, seven, teach, verdictOn, waitFor } from './drawing.ts';
import { newFolder } from './pages.ts';

const refusal = (rule: RuleName, network: NetworkName, storage = 'f32') => refusalOf({ rule, network, storage });

describe('offered is', () => {
  test('every rule of the index on one network at least, with a plan or a refusal on each', () => {
    for (const rule of ruleNames) {
      const names = Object.keys(networks) as NetworkName[];
      const offers = names.map((network) => offerOf({ rule, network, storage: 'f32' }));
      for (const { plan, refusal } of offers) expect(plan === null).toBe(refusal !== null);
      expect([rule, offers.some(({ plan }) => plan !== null)]).toEqual([rule, true]);
    }
  });

  test('no rule that refuses, for the reason that it gives', () => {
    expect(refusal('noprop', 'spiking')).toBe('noprop wants a network without time, and this one has 5 steps');
    expect(refusal('stdp', 'convolutional')).toMatch(/known not to learn by convolutions/);
    expect(refusal('stdp', 'dense', 'ecram')).toMatch(/^stdp makes 'dense_1\/weight' positive, where synapse rounds/);
    expect(refusal('contrastiveForward', 'dense')).toMatch(/known not to learn by hidden layers of tanh/);
    expect(refusal('contrastiveForward', 'relu')).toBeNull();
  });

  test('where a rule refuses, the first of the page in its place', () => {
    expect(settle({ rule: 'noprop', network: 'spiking', storage: 'f32' })).toEqual({
      rule: 'tpsgd',
      network: 'spiking',
      storage: 'f32',
    });
    expect(settle({ rule: 'noprop', network: 'dense', storage: 'f32' })?.rule).toBe('noprop');
  });
});

test('a device of one`s own is kept apart from one of the index that has its name', () => {
  const choice = { rule: 'tpsgd', network: 'dense' } as const;
  const keys = ['f32', 'int8', 'ecram', profiles.ecram].map((storage) => keyOf({ ...choice, storage }));
  expect(keys).toEqual(['tpsgd dense', 'tpsgd dense int8', 'tpsgd dense ecram', 'tpsgd dense own:ecram']);
});

/** Once the other rules are planned. */
const planned = (page: Page, rules: number) =>
  page.waitForFunction((count) => document.querySelectorAll('#rule option').length === count, rules);

describe('on the page', () => {
  test('the menus are the indexes; a rule that cannot gives way with its reason', async () => {
    const { page, complaints } = await open(phone);
    await planned(page, ruleNames.length - 1);
    const titles = await page.locator('#rule option').allInnerTexts();
    const offered = ruleNames.filter((name) => name !== 'contrastiveForward');
    expect(titles).toEqual(offered.map((name) => ruleOf(name).title));
    const kinds = await page.locator('#storage option').evaluateAll((all) => all.map((of) => of.getAttribute('value')));
    expect(kinds).toEqual([...Object.keys(storages), ...Object.keys(profiles)]);

    await choose(page, 'NoProp');
    await waitFor(page, '#rule-note', /find the label in noise/);
    await page.getByRole('radio', { name: 'spiking' }).check();
    await waitFor(page, '#message', /noprop wants a network without time, and this one has 5 steps: tpSGD learns inst/);
    expect(await chosenRule(page)).toBe('tpSGD');
    await page.locator('#refused summary').click();
    await waitFor(page, '#refused', /PEPITA\s*pepita wants a network without time/);
    await choose(page, 'SLTT');
    await waitFor(page, '#rule-note', /pulled back through that step alone/);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('what is chosen is planned by a worker, and a choice made meanwhile takes its place', async () => {
    const { page, complaints } = await open(phone);
    await planned(page, ruleNames.length - 1);
    await page.evaluate(() => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (this: Worker, ...given: [{ path?: string[] }]) {
        Reflect.apply(postMessage, this, given);
        const [{ path = [] }] = given;
        asked.push(...path);
        if (asked.length === 1) document.querySelector<HTMLElement>('[value=convolutional]')!.click();
      };
    });
    await choose(page, 'NoProp');
    await waitFor(page, '#network-note', /convolution/);
    expect(await chosenRule(page)).toBe('NoProp');
    const asked = await page.waitForFunction(() => {
      const { asked } = globalThis as unknown as { asked: string[] };
      return asked.includes('offersOf') && asked;
    });
    expect(await asked.jsonValue()).toEqual([
      ...['refusalOf', 'settle'],
      ...['refusalOf', 'settle', 'compile', 'offersOf'],
    ]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('where that worker cannot be loaded, the page says so', async () => {
    const { page } = await open(phone);
    await planned(page, ruleNames.length - 1);
    const address = await page.locator('#own-worker').getAttribute('data-src');
    await page.route(new URL(address!, page.url()).href, (route) => route.abort());
    await page.reload();
    await waitFor(page, '#message', /^Nothing can be planned: the worker could not be loaded\.$/);
    await page.context().close();
  });

  test('a choice that cannot be opened leaves the one before, with what happened', async () => {
    const { page, complaints } = await open(phone);
    await teach(page, seven, '7');
    await page.evaluate(() => {
      globalThis.Worker = class {
        constructor() {
          throw new Error('no room for a worker');
        }
      } as unknown as typeof Worker;
    });
    await choose(page, 'DRTP');
    await waitFor(page, '#message', /no room for a worker/);
    expect(await chosenRule(page)).toBe('tpSGD');
    await waitFor(page, '#rule-note', /own random target/);
    await teach(page, one, '1');
    await page.reload();
    await verdictOn(page, one);
    expect(await chosenRule(page)).toBe('tpSGD');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a device learns, beside the curve of floats, and takes what it has as planned', async () => {
    const { page, complaints } = await open(phone);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#accuracy', /\d+ %/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /More/);
    await page.getByLabel('Weights are kept in').selectOption('ecram');
    await waitFor(page, '#storage-note', /^ecram: .+/);
    await waitFor(page, '#warm-up', /Warm up/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#accuracy', /[3-9]\d %/);
    await page.locator('#warm-up').tap();
    await waitFor(page, '#warm-up', /More/);
    await waitFor(page, '#touched', /: ([\d,]+) of \d/);
    expect(await page.locator('#curves li').allInnerTexts()).toEqual(['tpSGD, ecram', 'tpSGD']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('a file of one`s own is a device that outlives a reload; an odd one is one clear line', async () => {
    const { page, complaints } = await open(phone);
    const folder = newFolder('profiles');
    const give = async (name: string, text: string): Promise<void> => {
      const path = join(folder, name);
      writeFileSync(path, text);
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Own device' }).click();
      await (await chooser).setFiles(path);
    };
    await waitFor(page, '#touched', /\d/);
    await give('broken.json', '{');
    await waitFor(page, '#message', /'broken.json' is no JSON: /);
    await give('odd.json', '{"name":"x","model":"none"}');
    await waitFor(page, '#message', /'odd.json' is no profile: profile 'x': model is 'none', wanted one of/);
    await give('large.json', JSON.stringify({ ...profiles.idealized, note: 'x'.repeat(2 ** 21) }));
    await waitFor(page, '#message', /'large.json' is no profile: it has 2.00 MiB, wanted at most 1.00 MiB/);
    await give('nameless.json', JSON.stringify({ ...profiles.idealized, name: ' ' }));
    await waitFor(page, '#message', /'nameless.json' is no profile: profile ' ': name is ' ', wanted a name/);
    await give('long.json', JSON.stringify({ ...profiles.idealized, name: 'n'.repeat(300), source: 's'.repeat(300) }));
    await waitFor(page, '#storage-note', /^nnn.+sss$/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await give('mine.json', JSON.stringify({ ...profiles.idealized, name: 'mine', title: 'what I measured' }));
    await waitFor(page, '#storage-note', /^mine: /);
    await teach(page, seven, '7');
    await teach(page, one, '1');
    const verdict = await verdictOn(page, seven);
    await page.reload();
    expect(await verdictOn(page, seven)).toBe(verdict);
    expect(await page.locator('#storage option:checked').innerText()).toBe('What I measured');

    await page.getByLabel('Weights are kept in').selectOption('int8');
    await waitFor(page, '#message', /^Caught up on 2 drawings\.$/);
    await page.getByLabel('Weights are kept in').selectOption({ label: 'What I measured' });
    await waitFor(page, '#message', /^$/);
    expect(await verdictOn(page, seven)).toBe(verdict);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
