/** The drawing page tried as a person would: it warms up until it has learned, and says what it has become. */
import type { Page } from 'playwright';

export interface Learned {
  /** In percent, on writers it had not seen. */
  readonly accuracy: number;
  readonly weights: string;
}

/** One whole warm-up from the page's beginning on; it takes some seconds, and without SIMD some more. */
export async function warmUp(page: Page): Promise<Learned> {
  await page.locator('#warm-up').click();
  await page.locator('#warm-up').filter({ hasText: 'More' }).waitFor({ timeout: 120_000 });
  await page.locator('#seen-count').filter({ hasText: '16,384' }).waitFor();
  return { accuracy: Number.parseInt(await page.locator('#accuracy').innerText(), 10), weights: await readWeights(page) };
}

/** The hash of the weights that the page shows. */
export async function readWeights(page: Page): Promise<string> {
  const text = await page.locator('#touched').filter({ hasText: /Weights [0-9a-f]{8}/ }).innerText();
  return /Weights ([0-9a-f]{8})/.exec(text)![1];
}
