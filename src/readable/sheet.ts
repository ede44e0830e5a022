import PDFDocument from 'pdfkit';
import { printable } from './text.js';

/** The two faces that the page is written in: standard fonts, never embedded. */
export type Face = 'Helvetica' | 'Helvetica-Bold';

export interface TextStyle {
  readonly face: Face;
  readonly sizePt: number;
  readonly color: string;
}

export const ink = {
  text: '#1c2430',
  soft: '#5a6675',
  accent: '#17456b',
  rule: '#c9d1da',
  band: '#eef2f6',
} as const;
export const styles = {
  body: { face: 'Helvetica', sizePt: 9, color: ink.text },
  bold: { face: 'Helvetica-Bold', sizePt: 9, color: ink.text },
  soft: { face: 'Helvetica', sizePt: 8, color: ink.soft },
  head: { face: 'Helvetica-Bold', sizePt: 8, color: ink.accent },
  section: { face: 'Helvetica-Bold', sizePt: 10, color: ink.accent },
  title: { face: 'Helvetica-Bold', sizePt: 20, color: ink.accent },
  strong: { face: 'Helvetica-Bold', sizePt: 11, color: ink.accent },
} as const satisfies Record<string, TextStyle>;

/** A4 in points, and its margins. */
export const page = {
  widthPt: 595.28,
  heightPt: 841.89,
  leftPt: 42,
  rightPt: 42,
  topPt: 42,
  bottomPt: 58,
} as const;
export const contentWidthPt = page.widthPt - page.leftPt - page.rightPt;
const floorPt = page.heightPt - page.bottomPt;
const leading = 1.3;
/** More than any line of the smallest style holds. */
const lineLengthMax = 400;

export const lineHeight = (style: TextStyle): number => style.sizePt * leading;

/** A column of text on the sheet, as `TextStyle` and the place say. */
export interface Place {
  readonly xPt: number;
  readonly widthPt: number;
  readonly align?: 'left' | 'right';
}

/** The part of a PDF document that a sheet draws with (pdfkit); what it gives back is not looked at. */
export interface Canvas {
  addPage(): unknown;
  font(face: string): unknown;
  fontSize(sizePt: number): unknown;
  fillColor(color: string): unknown;
  text(text: string, xPt: number, yPt: number, options: { readonly lineBreak: boolean }): unknown;
  rect(xPt: number, yPt: number, widthPt: number, heightPt: number): unknown;
  fill(color: string): unknown;
  moveTo(xPt: number, yPt: number): unknown;
  lineTo(xPt: number, yPt: number): unknown;
  lineWidth(widthPt: number): unknown;
  stroke(): unknown;
  strokeColor(color: string): unknown;
}

/** Widths of single characters per face, in thousandths of the size: standard fonts never change. */
const widths = new Map<Face, Map<string, number>>();
/** A document that is never written: it knows the widths of the faces. */
let ruler: PDFKit.PDFDocument | null = null;

function measured(char: string, face: Face): number {
  ruler ??= new PDFDocument({ autoFirstPage: false });
  return ruler.font(face).fontSize(1000).widthOfString(char);
}

function widthOf(text: string, { face, sizePt }: TextStyle): number {
  const known = widths.get(face) ?? new Map<string, number>();
  widths.set(face, known);
  let total = 0;
  for (const char of text) {
    let width = known.get(char);
    if (width === undefined) {
      width = measured(char, face);
      known.set(char, width);
    }
    total += width;
  }
  return (total * sizePt) / 1000;
}

/** A canvas on which nothing is drawn: it only counts its pages. */
export function countingCanvas(): Canvas & { readonly pages: number } {
  const nothing = (): void => undefined;
  let pages = 1;
  return {
    get pages() {
      return pages;
    },
    addPage: () => void pages++,
    font: nothing,
    fontSize: nothing,
    fillColor: nothing,
    text: nothing,
    rect: nothing,
    fill: nothing,
    moveTo: nothing,
    lineTo: nothing,
    lineWidth: nothing,
    stroke: nothing,
    strokeColor: nothing,
  };
}

/** A pen that goes down the page, with line wrapping of its own: measured and drawn the same way. */
export interface Sheet {
  readonly yPt: number;
  moveTo(yPt: number): void;
  skip(heightPt: number): void;
  /** Begins a new page unless so much room is left. True when it did. */
  ensure(heightPt: number): boolean;
  newPage(): void;
  roomPt(): number;
  wrap(text: string, widthPt: number, style: TextStyle): readonly string[];
  /** One line at the pen's height; the pen stays. */
  line(text: string, place: Place, style: TextStyle): void;
  /** Wrapped text, over as many pages as it takes; the pen goes below it. */
  paragraph(text: string, place: Place, style: TextStyle): void;
  rule(color?: string): void;
  band(heightPt: number, color: string, place?: Place): void;
}

/** `pageEnds` is called before each new page begins, while the one before can still be drawn on. */
export function createSheet(canvas: Canvas, pageEnds: () => void = () => undefined): Sheet {
  let y: number = page.topPt;

  const wrap = (text: string, widthPt: number, style: TextStyle): string[] =>
    text.split('\n').flatMap((part) => wrapLine(part, widthPt, (piece) => widthOf(piece, style)));

  function newPage(): void {
    pageEnds();
    canvas.addPage();
    y = page.topPt;
  }

  function line(given: string, { xPt, widthPt, align = 'left' }: Place, style: TextStyle): void {
    const text = printable(given, lineLengthMax).replaceAll('\n', ' ');
    if (text === '') return;
    const x = align === 'right' ? xPt + widthPt - widthOf(text, style) : xPt;
    canvas.font(style.face);
    canvas.fontSize(style.sizePt);
    canvas.fillColor(style.color);
    canvas.text(text, x, y, { lineBreak: false });
  }

  return {
    get yPt() {
      return y;
    },
    moveTo: (yPt) => {
      y = yPt;
    },
    skip: (heightPt) => {
      y += heightPt;
    },
    ensure: (heightPt) => {
      if (y + heightPt <= floorPt) return false;
      newPage();
      return true;
    },
    newPage,
    roomPt: () => floorPt - y,
    wrap,
    line,
    paragraph: (text, place, style) => {
      for (const part of wrap(printable(text, 20_000), place.widthPt, style)) {
        if (y + lineHeight(style) > floorPt) newPage();
        line(part, place, style);
        y += lineHeight(style);
      }
    },
    rule: (color = ink.rule) => {
      canvas.lineWidth(0.6);
      canvas.strokeColor(color);
      canvas.moveTo(page.leftPt, y);
      canvas.lineTo(page.widthPt - page.rightPt, y);
      canvas.stroke();
    },
    band: (heightPt, color, place = { xPt: page.leftPt, widthPt: contentWidthPt }) => {
      canvas.rect(place.xPt, y, place.widthPt, heightPt);
      canvas.fill(color);
    },
  };
}

/** Breaks at spaces, and inside a word only where it is wider than a whole line. */
function wrapLine(text: string, widthPt: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let current = '';
  let currentWidth = 0;
  const space = widthOf(' ');
  for (const word of text.split(/ +/).filter((w) => w !== '')) {
    const width = widthOf(word);
    if (current !== '' && currentWidth + space + width <= widthPt) {
      current += ` ${word}`;
      currentWidth += space + width;
      continue;
    }
    if (current !== '') lines.push(current);
    const pieces = width <= widthPt ? [word] : chopped(word, widthPt, widthOf);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
    currentWidth = widthOf(current);
  }
  lines.push(current);
  return lines;
}

function chopped(word: string, widthPt: number, widthOf: (text: string) => number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const char of word) {
    const charWidth = widthOf(char);
    if (piece !== '' && width + charWidth > widthPt) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += char;
    width += charWidth;
  }
  pieces.push(piece);
  return pieces;
}
