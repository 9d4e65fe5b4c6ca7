// What apps pay, as README has it: the figures of `npm run size`.

import { type App, apps, measure } from '../bundled-apps.ts';
import { markdownTable } from '../../bench/shared/markdown.ts';

export async function sizesTable(): Promise<string> {
  const rows = Object.values<App>(apps).map(async (app) => {
    const { minified, gzip } = await measure(app);
    return [
      app.name,
      `${minified.toFixed(1)} kB`,
      `${gzip.toFixed(1)} kB`,
      app.limit === undefined ? '' : `${app.limit}`,
    ];
  });
  return markdownTable(['', 'min', 'gz', 'at most'], await Promise.all(rows));
}
