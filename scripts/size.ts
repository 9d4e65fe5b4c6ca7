// `npm run size`: what an app pays, as bundled by esbuild for Chrome 80: kB (1000 bytes) minified, and after gzip -9.
// Ends with exit code 1 if one is above its limit. `--json` prints the same as data.

import { apps, measure, type App } from './bundled-apps.ts';

const rows = await Promise.all(
  Object.values<App>(apps).map(async (app) => {
    const { minified, gzip } = await measure(app);
    return { name: app.name, minified, gzip, limit: app.limit };
  }),
);

const column = (kilobytes: number): string => kilobytes.toFixed(1).padStart(8);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows));
} else {
  for (const { name, minified, gzip, limit } of rows) {
    const bound = limit === undefined ? '' : `  (limit ${limit})`;
    console.log(`${name.padEnd(28)}${column(minified)} kB min${column(gzip)} kB gz${bound}`);
  }
}
const tooLarge = rows.filter(({ gzip, limit = Infinity }) => gzip > limit);
for (const { name, gzip, limit } of tooLarge) {
  console.error(`${name}: ${gzip.toFixed(1)} kB gz, above its limit of ${limit} kB.`);
}
process.exitCode = tooLarge.length === 0 ? 0 : 1;
