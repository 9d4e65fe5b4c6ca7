// What readCsv finds without being told: encoding, separator, header, decimal comma, the label; and what it asks for.

import { describe, expect, test } from 'vitest';
import type { CsvOptions } from '../../src/data/index.ts';
import { DataError, readCsv } from '../../src/data/index.ts';
import { ConfigurationError } from '../../src/errors.ts';

const lines = (count: number, cells: (row: number) => readonly unknown[]): string =>
  Array.from({ length: count }, (_, row) => cells(row).join()).join('\n');

const utf16 = (text: string, bigEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(text, 'utf16le'));
  return bigEndian ? new Uint8Array(Buffer.from(bytes).swap16()) : bytes;
};

describe('encoding', () => {
  const text = 'größe,kind\n1,süß\n2,x\n';
  test.each([
    ['UTF-8', new TextEncoder().encode(text)],
    ['UTF-8 with its mark', new TextEncoder().encode(`\ufeff${text}`)],
    ['UTF-16, little-endian, with its mark', utf16(`\ufeff${text}`, false)],
    ['UTF-16, big-endian, with its mark', utf16(`\ufeff${text}`, true)],
    ['UTF-16, little-endian', utf16(text, false)],
    ['UTF-16, big-endian', utf16(text, true)],
    ['Latin-1', new Uint8Array(Buffer.from(text, 'latin1'))],
  ])('%s', (_, bytes) => {
    const { columns, labels, data } = readCsv(bytes, { label: 'kind' });
    expect([columns, labels, data]).toEqual([['größe'], ['süß', 'x'], Float32Array.of(1, 2)]);
  });

  test('a mark in a string does not hide a quote', () => {
    expect(readCsv('\ufeff"width, mm","kind"\n"1","x"\n', { label: 'kind' }).columns).toEqual(['width, mm']);
  });
});

describe('separator and decimal comma', () => {
  test.each<[string, string, number[]]>([
    ['other separators in a quoted name', '"t (min; mean; max)",y\n1,2\n', [1, 2]],
    ['bars', 'a|b\n1|2\n', [1, 2]],
    ['a separator at the end of the lines below the header', 'a;b\n1;2;\n3;4;\n', [1, 2, 3, 4]],
    ['a separator at the end of the header alone', 'a;b;\n1;2\n3;4\n', [1, 2, 3, 4]],
    ['a separator at the end of every line', '1,2,\n3,4,\n', [1, 2, 3, 4]],
    ['runs of blanks and tabs', ' 1.0  2.0\n4.0\t 5.0 \n', [1, 2, 4, 5]],
    ['a header of numpy.savetxt', '# a b\n1.0e+00 2.5e-01\n', [1, 0.25]],
    ['blanks before a quote', 'a,b\n1, "2"\n', [1, 2]],
    ['decimal commas between semicolons', 'x;y\n1,5;2\n-2,25e-1;7\n', [1.5, 2, -0.225, 7]],
    ['decimal commas in one line', '1,5;2,5;7\n', [1.5, 2.5, 7]],
    ['decimal commas between tabs', '1,5\t2,5\n', [1.5, 2.5]],
    ['rows of empty cells, as spreadsheets leave them', 'a,b\n1,2\n,\n,\n', [1, 2]],
  ])('%s', (_, text, data) => {
    expect([...readCsv(text).data]).toEqual([...Float32Array.from(data)]);
  });

  test('words parted by blanks, the last one a label', () => {
    const table = readCsv('0.5 2.0 alpha\n4.0 5.0 beta\n', { label: -1 });
    expect([table.shape, table.labels, table.notes]).toEqual([[2, 2], ['alpha', 'beta'], ['blanks part the cells']]);
  });

  test('one column of words with blanks stays one column', () => {
    expect(readCsv('the first name\n1\n2\n').columns).toEqual(['the first name']);
  });

  test('fraction or thousands has to be told', () => {
    expect(() => readCsv('1,234;5\n2,345;6\n')).toThrow('"1,234" may be a fraction or thousands; wanted decimalComma');
    expect(readCsv('1,234;5\n', { decimalComma: true }).data[0]).toBeCloseTo(1.234, 6);
  });

  test('a comma in one number of a table with points is named', () => {
    expect(() => readCsv('a;b\n1.5;2\n1,5;2\n')).toThrow(
      'line 3, column 0 (a) is "1,5"; wanted a number (decimalComma',
    );
  });

  test('hexadecimal and binary numbers are words', () => {
    for (const word of ['0x10', '0b11', '0o7']) expect(() => readCsv(`1\n${word}\n`)).toThrow(`is "${word}"; wanted`);
  });
});

describe('header', () => {
  test.each<[string, string, string[], number]>([
    ['names', 'a,b\n1,2\n', ['a', 'b'], 1],
    ['numbers from 0 and a word', `0,1,2,label\n${lines(4, (row) => [row, 5, 6, 'ab'[row % 2]])}`, ['0', '1', '2'], 4],
    ['numbers from 1 and a word', `1,2,3,label\n${lines(4, (row) => [row, 5, 6, 'ab'[row % 2]])}`, ['1', '2', '3'], 4],
    ['none, a label in every row', lines(4, (row) => [row, 5, 'ab'[row % 2]]), [], 4],
    ['none, rows that count on', '0,1,2,a\n3,4,5,b\n6,7,8,b\n', [], 3],
    ['none, words alone', 'red,a\nblue,b\nred,a\n', [], 3],
  ])('%s', (_, text, columns, rows) => {
    const table = readCsv(text, { label: text.startsWith('a') ? undefined : -1 });
    expect(table.shape[0]).toBe(rows);
    if (columns.length > 0) expect(table.columns).toEqual(columns);
    else expect(table.columns).toEqual([]);
  });

  test('a first row that counts from 0 has to be told', () => {
    const text = `0,1,2,3\n${lines(4, (row) => [row, 7, 1, 0])}`;
    expect(() => readCsv(text)).toThrow('line 1 counts from 0 to 3: names or a sample? wanted header to be told');
    expect(readCsv(text, { header: true }).columns).toEqual(['0', '1', '2', '3']);
    expect(readCsv(text, { header: false }).shape).toEqual([5, 4]);
  });

  test('a first column that counts the rows, and row names as R writes them, are left out', () => {
    for (const name of ['', 'Unnamed: 0', 'id']) {
      const table = readCsv(`${name},a,label\n${lines(5, (row) => [row, 2 * row, 'xy'[row % 2]])}`, { label: true });
      expect([table.columns, table.labels]).toEqual([['a'], ['x', 'y', 'x', 'y', 'x']]);
      expect(table.notes[0]).toMatch(/^column 0.* is left out: it counts the rows$/);
    }
    expect(readCsv('id,a\n7,1\n3,2\n').columns).toEqual(['id', 'a']);
    const named = readCsv('"a" "b"\n"Mazda RX4" 1 2\n"Fiat 128" 3 4\n');
    expect([named.columns, [...named.data]]).toEqual([
      ['a', 'b'],
      [1, 2, 3, 4],
    ]);
  });

  test('the counts that files of scikit-learn begin with', () => {
    const text = `4,2,setosa,versicolor\n${lines(4, (row) => [row / 2, 1, row % 2])}`;
    const { shape, labels, classNames } = readCsv(text, { label: true });
    expect([shape, classNames]).toEqual([
      [4, 2],
      ['setosa', 'versicolor'],
    ]);
    expect(labels).toEqual(['setosa', 'versicolor', 'setosa', 'versicolor']);
  });
});

describe('label', () => {
  const found = (text: string, options: CsvOptions = {}) => readCsv(text, { label: true, ...options }).layout.learned;
  const measured = (row: number): number => row / 7;

  test.each<[string, string, number]>([
    ['by name, wherever it is', `a,Class,b\n${lines(6, (row) => [row % 2, row % 2, row % 2])}`, 1],
    ['y, where it is no axis', `a,y,b\n${lines(6, (row) => [row % 2, row % 2, row % 2])}`, 1],
    ['last, where y is an axis', `x,y,z,activity\n${lines(40, (row) => [3 * row, (row * 17) % 41, -row, row % 2])}`, 3],
    ['first, where the last pixel is always 0', lines(30, (row) => [row % 3, (row * 37) % 256, 0]), 0],
    ['first, where the last are pixels', lines(60, (row) => [row % 3, 1, (row * 37) % 256]), 0],
    ['last, where the first is measured', lines(30, (row) => [measured(row), row % 5, row % 3]), 2],
    ['last, with a gap', lines(30, (row) => [measured(row), [1, 2, 3, 5, 6, 7][row % 6]]), 1],
    ['last, -1 and 1', lines(30, (row) => [measured(row), row % 2 ? -1 : 1]), 1],
    ['last, where a header has both', `a,b,c\n${lines(30, (row) => [row % 4, measured(row), row % 2])}`, 2],
    ['last, of few rows', '1,a\n2,b\n', 1],
  ])('%s', (_, text, index) => {
    expect(found(text).map((place) => place.index)).toEqual([index]);
  });

  test.each([
    [
      'both ends',
      lines(30, (row) => [row % 4, measured(row), row % 2]),
      'both column 0 and column 2 look like classes',
    ],
    ['neither end', lines(30, (row) => [measured(row), 1, measured(row)]), 'neither column 0 nor column 2 looks like'],
  ])('%s may be: asked for', (_, text, message) => {
    expect(() => found(text)).toThrow(DataError);
    expect(() => found(text)).toThrow(message);
    expect(found(text, { label: 1 })).toEqual([{ index: 1 }]);
  });

  test('a number that is no name is an index', () => {
    expect(found('1,2,3\n4,5,6\n', { label: '0' })).toEqual([{ index: 0 }]);
    expect(found('a,0\n5,6\n', { label: '0', header: true })).toEqual([{ index: 1, name: '0' }]);
  });

  test('a row without one is refused with its line', () => {
    const text = `a,b,label\n${lines(8, (row) => [row, 1, row === 4 ? '' : row % 2])}`;
    expect(() => readCsv(text, { label: true })).toThrow('line 6, column 2 (label) is empty; wanted a class');
    expect(readCsv(text, { label: true, missing: 'drop' }).labels).toHaveLength(7);
  });
});

describe('words', () => {
  const text = 'size,color\n1,red\n2,green\n3,red\n4,\n';

  test('become columns of 0 and 1, sorted', () => {
    const { columns, data, shape, notes } = readCsv(text, { missing: 'mean' });
    expect([columns, shape]).toEqual([
      ['size', 'color=green', 'color=red'],
      [4, 3],
    ]);
    expect([...data]).toEqual([1, 0, 1, 2, 1, 0, 3, 0, 1, 4, 0, 0]);
    expect(notes).toEqual(['column 1 (color) is one of 2 words, a column for each']);
  });

  test('of which there are more than oneHot are refused by name', () => {
    const many = `size,name\n${lines(40, (row) => [row, `n${row % 20}`])}`;
    expect(() => readCsv(many)).toThrow('column 1 (name) holds more than 12 different words; drop it, or raise oneHot');
    expect(readCsv(many, { oneHot: 20 }).shape).toEqual([40, 21]);
    expect(readCsv(many, { drop: ['name'] }).columns).toEqual(['size']);
    expect(() => readCsv(text, { oneHot: 0 })).toThrow('line 2, column 1 (color) is "red"; wanted a number');
  });

  test('and numbers in one column are refused with the line', () => {
    expect(() => readCsv('a\n1\nred\n')).toThrow('line 3, column 0 (a) is "red"; wanted a number');
    expect(() => readCsv('a,b\nred,1\n1,2\n')).toThrow('line 3, column 0 (a) is "1", but it holds words above');
  });
});

describe('missing cells', () => {
  const text = 'a,b\n1,10\n?,20\n3,NA\n5,nan\n';

  test('are refused with the line unless told', () => {
    expect(() => readCsv(text)).toThrow('line 3, column 0 (a) is empty; wanted a number, or missing to say');
  });

  test.each<[CsvOptions['missing'], number[]]>([
    ['drop', [1, 10]],
    ['mean', [1, 10, 3, 20, 3, 15, 5, 15]],
    [-1, [1, 10, -1, 20, 3, -1, 5, -1]],
  ])('%s', (missing, data) => {
    expect([...readCsv(text, { missing }).data]).toEqual(data);
  });

  test('of a column that is empty have no mean', () => {
    expect(() => readCsv('a,b\n1,\n2,\n', { missing: 'mean' })).toThrow('column 1 (b) is empty in every line');
  });

  test('are filled in another table as in the first', () => {
    const { layout } = readCsv(text, { missing: 'mean' });
    expect([...readCsv('b,a\n,\n1,2\n,7\n', { missing: 'mean', like: layout }).data]).toEqual([2, 1, 7, 15]);
    expect([...readCsv('b,a\n1,2\n,7\n', { missing: 0, like: layout }).data]).toEqual([2, 1, 7, 0]);
  });
});

describe('columns', () => {
  const text = 'a,b,c,kind\n1,2,3,x\n4,5,6,y\n';

  test('that are dropped, or the only ones', () => {
    expect(readCsv(text, { label: 'kind', drop: ['b', 0] }).columns).toEqual(['c']);
    expect(readCsv(text, { label: true, columns: ['c', 'a'] })).toMatchObject({
      columns: ['a', 'c'],
      labels: ['x', 'y'],
    });
    expect(() => readCsv(text, { drop: ['a'], columns: ['a'] })).toThrow(
      'column 0 (a) is in drop and in columns; wanted',
    );
    expect(() => readCsv(text, { drop: [-1], label: 'kind' })).toThrow('column 3 (kind) is in drop and in label');
    expect(() => readCsv('a;b\n1;2\n', { separator: '\t', label: 0 })).toThrow(
      'rows have 1 cells, none of them is left',
    );
    expect(() => readCsv(text, { drop: ['d'] })).toThrow('drop column d does not exist; wanted one of a, b, c, kind');
  });

  test('of another table go by name', () => {
    const { layout } = readCsv(text, { label: 'kind' });
    const other = readCsv('kind,c,extra,b,a\ny,30,0,20,10\n', { like: layout });
    expect([[...other.data], other.labels, other.columns]).toEqual([[10, 20, 30], ['y'], ['a', 'b', 'c']]);
    expect(() => readCsv('a,c,kind\n1,3,x\n', { like: layout })).toThrow(
      'column b of like does not exist; wanted it among a, c',
    );
    expect([...readCsv('7,8,9,x\n', { like: layout }).data]).toEqual([7, 8, 9]);
    expect(() => readCsv('7,8,x\n', { like: layout })).toThrow('rows have 3 cells; wanted 4 as in like');
  });

  test('of another table stay, whatever is dropped or learned beside them', () => {
    const { layout: like } = readCsv('a,b,kind\n1,2,x\n3,4,y\n', { label: 'kind' });
    const inputs = Float32Array.of(1, 2, 3, 4);
    for (const [table, options] of [
      ['species,note,b,a\nx,7,2,1\ny,8,4,3\n', { label: 'species', drop: ['note'] }],
      ['x,1,2\ny,3,4\n', { label: 0 }],
      ['7,1,2,x\n8,3,4,y\n', { drop: [0] }],
      ['7,1,2,x\n8,3,4,y\n', { drop: [0], label: -1 }],
      ['7,1,2\n8,3,4\n', { drop: [0], label: [] }],
      ['1,2,x\n3,4,y\n', { drop: [2], label: [] }],
    ] as [string, CsvOptions][]) {
      const { data, labels = [] } = readCsv(table, { ...options, like });
      expect(data).toEqual(inputs);
      if (!Array.isArray(options.label)) expect(labels).toEqual(['x', 'y']);
    }
    expect(() => readCsv('a,b\n1,2\n', { like, label: [], drop: ['b'] })).toThrow(
      'column 1 (b) is read as in like; wanted no drop or label of it',
    );
    expect(() => readCsv('1,2,x\n', { like, drop: [1] })).toThrow('column 1 is read as in like');
    for (const option of [{ columns: ['a'] }, { oneHot: 3 }]) {
      expect(() => readCsv('a,b,kind\n1,2,x\n', { like, ...option })).toThrow('none beside like');
    }
  });

  test('of numbers in another table hold no words', () => {
    const { layout: like } = readCsv('a,b\n1,2\n');
    expect(() => readCsv('a,b\nfoo,3\n', { like })).toThrow('line 2, column 0 (a) is "foo"; wanted a number');
  });

  test('of words have those of the first table', () => {
    const { layout } = readCsv('color\nred\ngreen\n');
    expect([...readCsv('color\ngreen\n', { like: layout }).data]).toEqual([1, 0]);
    expect(() => readCsv('color\nblue\n', { like: layout })).toThrow(
      'line 2, column 0 (color) is "blue"; wanted one of green, red',
    );
  });

  test('without a name are empty to the end, or refused', () => {
    const late = `a,\n${lines(60, (row) => [row, row === 55 ? 9 : ''])}`;
    expect(() => readCsv(late)).toThrow('line 57, column 1 is "9", but the column has no name');
  });
});

describe('options', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ seperator: ',' }, "readCsv has no option 'seperator'; it has separator, header, label"],
    [{ separator: ':' }, "separator is ':', wanted one of ',', ';'"],
    [{ header: 'yes' }, "header is 'yes', wanted true or false"],
    [{ missing: 'median' }, "missing is 'median', wanted 'refuse', 'drop', 'mean' or a finite number"],
    [{ missing: Number.NaN }, 'missing is NaN, wanted'],
    [{ oneHot: 0.5 }, 'oneHot is 0.5, wanted a whole number from 0'],
    [{ label: 1.5 }, 'label is 1.5, wanted a column by name or index'],
    [{ drop: 'a' }, "drop is 'a', wanted a list of columns"],
    [{ columns: [null] }, 'columns is a list of 1, wanted a list of columns'],
  ])('%o', (options, message) => {
    expect(() => readCsv('a,b\n1,2\n', options)).toThrow(ConfigurationError);
    expect(() => readCsv('a,b\n1,2\n', options)).toThrow(message);
  });
});
