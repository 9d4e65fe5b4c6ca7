// Two projects: `node` runs test/**\/*.test.ts, `browser` runs test/**\/*.browser.test.ts in a real Chromium.

import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, locateChromium } from './scripts/find-chromium.ts';

const browserTests = 'test/**/*.browser.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: [browserTests],
          testTimeout: 30_000,
        },
      },
      {
        optimizeDeps: { include: ['comlink', 'idb'] },
        test: {
          name: 'browser',
          include: [browserTests],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: locateChromium(), args: chromiumArguments } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
