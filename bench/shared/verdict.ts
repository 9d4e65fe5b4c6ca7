// How a benchmark of rows that have to hold ends.

/**
 * Prints rows as they come, or all of them as JSON with `--json`; the exit code is 1 where one does not hold, or there
 * is none.
 */
export async function tellRows<Row extends { readonly holds: boolean }>(
  rows: Iterable<Row> | AsyncIterable<Row>,
  describe: (row: Row) => string,
  isJson = false,
): Promise<void> {
  const told: Row[] = [];
  for await (const row of rows) {
    told.push(row);
    if (!isJson) console.log(describe(row));
  }
  const ok = told.length > 0 && told.every(({ holds }) => holds);
  if (isJson) console.log(JSON.stringify({ ok, rows: told }));
  process.exitCode = ok ? 0 : 1;
}
