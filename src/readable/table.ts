import { contentWidthPt, ink, lineHeight, page, type Sheet, styles, type TextStyle } from './sheet.js';
import { printable } from './text.js';

export interface Column {
  readonly title: string;
  /** Share of the table's width; the shares of a table add up to 1. */
  readonly share: number;
  readonly align?: 'left' | 'right';
}

export interface Row {
  readonly cells: readonly string[];
  /** Smaller text below one cell, for descriptions. */
  readonly below?: { readonly column: number; readonly text: string };
  readonly bold?: boolean;
}

const paddingPt = 4;
const cellGapPt = 6;

/** A table of full or given width. Its heading comes again on every page; a row is broken only when no page holds it. */
export function drawTable(
  sheet: Sheet,
  columns: readonly Column[],
  rows: readonly Row[],
  frame: { readonly xPt: number; readonly widthPt: number } = { xPt: page.leftPt, widthPt: contentWidthPt },
): void {
  const places = placesOf(columns, frame);
  const heading = () => {
    const height = lineHeight(styles.head) + 2 * paddingPt;
    sheet.band(height, ink.band, frame);
    sheet.skip(paddingPt + 1);
    columns.forEach((column, i) => {
      const place = places[i];
      if (place !== undefined) sheet.line(column.title, place, styles.head);
    });
    sheet.skip(lineHeight(styles.head) + paddingPt - 1 + 3);
  };
  sheet.ensure(80);
  heading();
  for (const row of rows) drawRow(sheet, row, places, heading);
}

interface CellPlace {
  readonly xPt: number;
  readonly widthPt: number;
  readonly align: 'left' | 'right';
}

function placesOf(
  columns: readonly Column[],
  frame: { readonly xPt: number; readonly widthPt: number },
): CellPlace[] {
  let x = frame.xPt;
  return columns.map(({ share, align = 'left' }) => {
    const width = share * frame.widthPt;
    const place = { xPt: x + cellGapPt / 2, widthPt: width - cellGapPt, align };
    x += width;
    return place;
  });
}

/** Every cell as lines with their style; the text below goes after the lines of its cell. */
function linesOf(sheet: Sheet, row: Row, places: readonly CellPlace[]) {
  const style: TextStyle = row.bold === true ? styles.bold : styles.body;
  return places.map((place, i) => {
    const text = printable(row.cells[i] ?? '');
    const lines = text === '' ? [] : sheet.wrap(text, place.widthPt, style).map((t) => ({ text: t, style }));
    if (row.below?.column !== i || row.below.text === '') return { place, lines };
    const below = sheet.wrap(printable(row.below.text, 5000), place.widthPt, styles.soft);
    return { place, lines: [...lines, ...below.map((t) => ({ text: t, style: styles.soft as TextStyle }))] };
  });
}

function drawRow(sheet: Sheet, row: Row, places: readonly CellPlace[], heading: () => void): void {
  const cells = linesOf(sheet, row, places);
  const count = Math.max(1, ...cells.map(({ lines }) => lines.length));
  const step = lineHeight(styles.body);
  if (count * step + paddingPt > sheet.roomPt() && count * step < 600) {
    sheet.newPage();
    heading();
  }
  for (let i = 0; i < count; i++) {
    if (sheet.ensure(step)) heading();
    for (const { place, lines } of cells) {
      const line = lines[i];
      if (line !== undefined) sheet.line(line.text, place, line.style);
    }
    sheet.skip(step);
  }
  sheet.skip(paddingPt / 2);
}
