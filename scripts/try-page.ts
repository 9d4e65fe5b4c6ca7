// The drawing page tried as a person would: it warms up until it has learned, and says what it has become.

import type { Page } from 'playwright';

export interface Learned {
  /** In percent, on writers it had not seen. */
  readonly accuracy: number;
  readonly weights: string;
}

/** A whole warm-up; it takes some seconds, and without SIMD some more. */
export async function warmUp(page: Page): Promise<Learned> {
  const before = await readWeights(page);
  const button = page.locator('#warm-up');
  await button.click();
  await button.filter({ hasText: 'Stop' }).waitFor();
  await button.filter({ hasText: 'More' }).waitFor({ timeout: 120_000 });
  const weights = await readWeights(page, before);
  return { accuracy: Number.parseInt(await page.locator('#accuracy').innerText(), 10), weights };
}

/** The hash of the weights that the page shows: by then it is ready. With `before`, the next one after that. */
export async function readWeights(page: Page, before = 'none'): Promise<string> {
  const note = page.locator('#touched').filter({ hasText: /Weights [0-9a-f]{8}/, hasNotText: before });
  return /Weights ([0-9a-f]{8})/.exec(await note.innerText())![1];
}
