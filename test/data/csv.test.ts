// CSV: separators, quotes, headers, labels, decimal comma, refusals with the line.

import { describe, expect, test } from 'vitest';
import type { CsvOptions } from '../../src/data/index.ts';
import { DataError, readCsv } from '../../src/data/index.ts';

describe('readCsv', () => {
  test.each([
    ['comma', '1,2\n3,4\n'],
    ['semicolon and CRLF', '1;2\r\n3;4\r\n'],
    ['tab, no last line break', '1\t2\n3\t4'],
    ['old Mac line breaks', '1,2\r3,4\r'],
    ['blank lines and blanks', '\n 1 , 2\n\n3,\t4\n\n'],
    ['quotes', '"1","2"\n3,"4"\n'],
    ['byte order mark', '\ufeff1,2\n3,4\n'],
  ])('%s', (_, text) => {
    const { data, shape, columns, labels } = readCsv(new TextEncoder().encode(text));
    expect(data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(shape).toEqual([2, 2]);
    expect(columns).toEqual([]);
    expect(labels).toBeUndefined();
  });

  test('header and label by name, by index, from the end, and by the first that exists', () => {
    const text = 'a,kind,"b ""2"", wide"\n1,cat,2\n3,"dog, small",4\n';
    for (const label of ['kind', 1, -2, ['label', 'kind', -1]]) {
      const table = readCsv(text, { label });
      expect(table.data).toEqual(Float32Array.of(1, 2, 3, 4));
      expect(table.shape).toEqual([2, 2]);
      expect(table.columns).toEqual(['a', 'b "2", wide']);
      expect(table.labels).toEqual(['cat', 'dog, small']);
    }
  });

  test('columns of values, in the order asked for', () => {
    const text = 'a,price,b,size\n1,9.5,2,10\n3,-1,4,20\n';
    const table = readCsv(text, { label: ['size', 'price'], values: true });
    expect(table).toMatchObject({
      data: Float32Array.of(1, 2, 3, 4),
      shape: [2, 2],
      columns: ['a', 'b'],
      targets: Float32Array.of(10, 9.5, 20, -1),
      targetNames: ['size', 'price'],
    });
    const bare = readCsv('1,2,3\n', { label: -1, values: true });
    expect([bare.targets, bare.targetNames, bare.labels]).toEqual([Float32Array.of(3), [], undefined]);
  });

  test('a first row with a number is no header, unless told', () => {
    expect(readCsv('5.1,setosa\n', { label: -1 }).labels).toEqual(['setosa']);
    expect(readCsv('2019,2020\n1,2\n', { header: true }).columns).toEqual(['2019', '2020']);
  });

  test('decimal comma, exponents, nan and infinities', () => {
    expect(readCsv('1,5;-2,25e-1\n', { decimalComma: true }).data).toEqual(Float32Array.of(1.5, -0.225));
    expect(readCsv('nan,-inf,Infinity,1e3\n').data).toEqual(Float32Array.of(Number.NaN, -Infinity, Infinity, 1000));
  });

  test('a line break in quotes counts as a line', () => {
    expect(() => readCsv('n,v\n"one\ntwo",1\nthree,x\n', { label: 'n' })).toThrow('line 4, column 1 (v) is "x"');
  });

  test.each<[string, string, CsvOptions, string]>([
    ['nothing', ' \n\n', {}, 'CSV is empty'],
    ['a word', '1,2\n3,four\n', {}, 'line 2, column 1 is "four"; wanted a number'],
    ['an empty cell', 'a,b\n1,\n', {}, 'line 2, column 1 (b) is empty; wanted a number, or missing to say'],
    ['a short row', '1,2\n\n3\n', {}, 'line 3 has 1 cells; wanted 2 as in line 1'],
    ['an open quote', '1,2\n"3,4\n', {}, 'line 2: a quote is opened and never closed'],
    ['text behind a quote', '1,"2"3\n', {}, 'line 1: "3" stands behind a closing quote'],
    ['an unknown label', 'a,b\n1,2\n', { label: 'c' }, 'label column c does not exist; wanted one of a, b'],
    [
      'values that are not all there',
      'a,b\n1,2\n',
      { label: ['b', 'c', 'd'], values: true },
      'label column c, d does not exist; wanted one of a, b',
    ],
    ['values of no column', 'a,b\n1,2\n', { values: true }, 'values is wanted of no column; wanted label to name them'],
    ['a word among values', 'a,b\n1,two\n', { label: 'b', values: true }, 'line 2, column 1 (b) is "two"'],
    ['a label index without header', '1,2\n', { label: 2 }, 'wanted an index below 2 (there is no header)'],
  ])('refuses %s', (_, text, options, message) => {
    expect(() => readCsv(text, options)).toThrow(DataError);
    expect(() => readCsv(text, options)).toThrow(message);
  });

  test('reads a table like another one without what was learned there, by place where it has no names', () => {
    const { layout: like, data } = readCsv('a,kind,b\n1,x,2\n3,y,4\n', { label: 'kind' });
    for (const text of ['b,a\n2,1\n4,3\n', '1,2\n3,4\n', 'a,kind,b\n1,?,2\n3,?,4\n']) {
      expect(readCsv(text, { like, label: [] }).data).toEqual(data);
    }
    expect(() => readCsv('1\n2\n', { like, label: [] })).toThrow('rows have 1 cells; wanted 3 as in like');
    expect(() => readCsv('1,2\n', { like })).toThrow('rows have 2 cells; wanted 3');
  });
});
