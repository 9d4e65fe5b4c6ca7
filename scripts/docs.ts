// `npm run docs`: writes the pages, and the parts of pages, that are made from what the repository knows.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEASURED } from '../bench/recipes/results.ts';
import { withPart } from '../bench/shared/marked.ts';
import { writePage } from '../cli/reproduce.ts';
import { root } from '../tools/bundle.ts';
import { CHOOSE_PAGE, choosePage } from './docs/choose-page.ts';
import { DEVICES_PAGE, devicesPage } from './docs/devices-page.ts';
import { pages, withTables } from './docs/measured-parts.ts';
import { RULES_PAGE, rulesPage } from './docs/rules-table.ts';
import { sizesTable } from './docs/sizes-table.ts';

writeFileSync(RULES_PAGE, rulesPage());
writeFileSync(DEVICES_PAGE, devicesPage());
writeFileSync(CHOOSE_PAGE, await choosePage());
await writePage(join(root, 'docs/results.md'), MEASURED);
for (const page of Object.keys(pages)) writeFileSync(join(root, page), await withTables(page));
const README = join(root, 'README.md');
writeFileSync(README, withPart(readFileSync(README, 'utf8'), 'npm run docs: size', await sizesTable()));
