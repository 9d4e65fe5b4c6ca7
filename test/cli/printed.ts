// What commands print in this process, for the tests of a file: `printed` holds it since the last command that `onward`
// ran.

import { afterEach, beforeEach, expect, vi } from 'vitest';
import { run } from '../../cli/run.ts';

export const printed = { log: '', error: '' };

beforeEach(() => {
  for (const channel of ['log', 'error'] as const) {
    vi.spyOn(console, channel).mockImplementation((text) => {
      printed[channel] += `${text}\n`;
    });
  }
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

/** Runs a command that ends well, and gives its output. */
export async function onward(...args: string[]): Promise<string> {
  printed.log = '';
  printed.error = '';
  expect(await run(args), printed.error).toBe(0);
  return printed.log;
}
