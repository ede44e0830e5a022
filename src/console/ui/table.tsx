import type { ComponentChildren } from 'preact';

/** A column of a table. */
export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Numbers and amounts stand at the right. */
  readonly numeric?: boolean;
  /** Name under which the list can be sorted by this column. */
  readonly sort?: string;
}

/** How a list is sorted: `receivedAt` ascending, `-receivedAt` descending. */
export interface Sorting {
  readonly by: string;
  /** Address of the list with another sorting. */
  readonly hrefOf: (by: string) => string;
}

/**
 * A table with a caption that is read out, heads that sort by a link, and its own sideways scroll on narrow screens.
 * @param rowHead column whose cell names the row (default: the first).
 */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
  sorting,
  rowHead = 0,
}: {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly sorting?: Sorting;
  readonly rowHead?: number;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1)
    <section class="table" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.head} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) =>
                index === rowHead ? (
                  <th key={column.head} scope="row" class={column.numeric ? 'number' : undefined}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.head} class={column.numeric ? 'number' : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head<T>({ column, sorting }: { readonly column: Column<T>; readonly sorting: Sorting | undefined }) {
  const { head, sort, numeric } = column;
  const className = numeric ? 'number' : undefined;
  if (sort === undefined || sorting === undefined)
    return (
      <th scope="col" class={className}>
        {head}
      </th>
    );
  const order = sorting.by === sort ? 'ascending' : sorting.by === `-${sort}` ? 'descending' : 'none';
  return (
    <th scope="col" class={className} aria-sort={order}>
      <a href={sorting.hrefOf(order === 'descending' ? sort : `-${sort}`)}>
        {head}
        <span aria-hidden="true">{order === 'ascending' ? ' ▲' : order === 'descending' ? ' ▼' : ''}</span>
      </a>
    </th>
  );
}

/** Links to the first and the next page of a list that is read by cursor. */
export function Pager({ first, next }: { readonly first: string | null; readonly next: string | null }) {
  if (first === null && next === null) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first === null ? null : <a href={first}>Revenir au début</a>}
      {next === null ? null : (
        <a href={next} rel="next">
          Page suivante
        </a>
      )}
    </nav>
  );
}

/** An address with these query values; empty and absent ones are left out. */
export function address(
  path: string,
  values: Readonly<Record<string, string | number | null | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
