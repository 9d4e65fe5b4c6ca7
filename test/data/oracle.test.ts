// Readers against other people's: tables against csv-parse, deflate, gzip and zip against fflate, on what fast-check makes.

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { deflateSync, gzipSync, type Zippable, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/data/crc32.ts';
import { gunzip, inflateRaw, readCsv } from '../../src/data/index.ts';
import { type Separator, splitRows } from '../../src/data/formats/csv/rows.ts';
import { readZip } from '../../src/data/formats/zip.ts';

const SEED = 1;

const separators: Separator[] = [',', ';', '\t', '|'];
const letters = fc.constantFrom('a', 'b', '7', '.', ' ', '"', ',', ';', '\t', '|', '\n', '\r\n', 'ü', '😀');
const cell = fc.string({ unit: letters, maxLength: 6 });
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

/** Quoted where it has to be, and where `always` says so. */
const written = (text: string, separator: Separator, always: boolean): string =>
  always || /["\r\n]|^\s|\s$/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;

test('rows are those of csv-parse, without the empty ones', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(...separators),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (rows, separator, lineEnd, always) => {
        const text = rows.map((cells) => cells.map((c) => written(c, separator, always)).join(separator)).join(lineEnd);
        const wanted: string[][] = parse(text, {
          delimiter: separator,
          record_delimiter: lineEnd,
          relax_column_count: true,
        });
        const found = [...splitRows(text, separator)].map(({ cells }) => cells);
        expect(found).toEqual(wanted.filter((cells) => cells.some((c) => c !== '')));
        expect(found).toEqual(rows.filter((cells) => cells.some((c) => c !== '')));
      },
    ),
    { seed: SEED, numRuns: 2000 },
  );
});

test('numbers are those of the table that was written, whatever parts them', () => {
  const number = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
  const numbers = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(number, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
    );
  const dialects = fc.constantFrom<[Separator, boolean]>(
    [',', false],
    [';', false],
    ['\t', false],
    ['|', false],
    [' ', false],
    [';', true],
    ['\t', true],
  );
  fc.assert(
    fc.property(numbers, dialects, (rows, [separator, decimalComma]) => {
      const write = (value: number): string => (decimalComma ? `${value}`.replace('.', ',') : `${value}`);
      const text = rows.map((cells) => cells.map(write).join(separator)).join('\n');
      const { data, shape } = readCsv(text, { header: false, ...(decimalComma && { decimalComma }) });
      expect(shape).toEqual([rows.length, rows[0].length]);
      expect([...data]).toEqual(rows.flat());
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

/** Bytes of few values, which fold, and of any. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc.array(fc.constantFrom(0, 1, 255), { maxLength: 3000 }).map((values) => Uint8Array.from(values)),
);
const level = fc.constantFrom<0 | 1 | 6 | 9>(0, 1, 6, 9);

test('what fflate deflates and gzips comes back', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, level, async (content, chosen) => {
      const back = await inflateRaw(deflateSync(content, { level: chosen }), content.length, crc32(content));
      expect(back).toEqual(content);
      const members = [content, content].map((part) => gzipSync(part, { level: chosen, filename: 'x' }));
      const whole = new Uint8Array(Buffer.concat(members));
      expect(await gunzip(whole)).toEqual(new Uint8Array(Buffer.concat([content, content])));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('what fflate zips comes back, by name', async () => {
  const names = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '/', '.'), minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(names, fc.tuple(bytes, level), { maxKeys: 5, noNullPrototype: true }),
      async (files) => {
        const zippable: Zippable = Object.fromEntries(
          Object.entries(files).map(([name, [content, chosen]]) => [name, [content, { level: chosen }]]),
        );
        const found = await readZip(zipSync(zippable));
        expect(found).toEqual(new Map(Object.entries(files).map(([name, [content]]) => [name, content])));
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});
