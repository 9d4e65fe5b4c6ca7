// The drawing page by axe-core, all its rules and the experimental ones: as it opens, with a guess, and after a lesson.

import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { answerFrom, buildPages, launchChromium } from './pages.ts';

const origin = 'https://onward.test';
const [browser, folder] = await Promise.all([launchChromium(), buildPages('webview')]);

/** Rules that are broken, with the elements that break them. */
async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];
  const { violations } = await page.evaluate(
    (runOnly): Promise<AxeResults> => (globalThis as unknown as { axe: typeof axe }).axe.run(document, { runOnly }),
    tags,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

test.each(['light', 'dark'] as const)('no rule is broken, %s', async (colorScheme) => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 390, height: 844 } });
  await context.route(
    '**',
    answerFrom(folder, origin, () => {}),
  );
  const page = await context.newPage();
  await page.goto(`${origin}/draw/`);
  await page.locator('#touched').filter({ hasText: /\d/ }).waitFor();
  await page.evaluate(axe.source);
  expect(await violations(page)).toEqual([]);
  for (const name of ['3', '7']) {
    await page.locator('#sample').click();
    await page.getByRole('button', { name: `This is ${name}`, exact: true }).click();
    await page.locator('#message').filter({ hasText: 'Learned' }).waitFor();
    expect(await violations(page)).toEqual([]);
  }
  await page.locator('#verdict').filter({ hasText: '%' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});
