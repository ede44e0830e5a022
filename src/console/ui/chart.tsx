import { count } from './show.js';

/** A bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Part of the value that is drawn in another tone: refused flows among all. */
  readonly part?: number;
}

/** The least round number (1, 2 or 5 times a power of ten) that no value passes; 1 for an empty chart. */
export function scaleTop(values: readonly number[]): number {
  const most = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => one * power >= most) ?? 10;
  return step * power;
}

/** Marks of the axis: none, half and the top; half only where it is a whole number. */
export function scaleMarks(top: number): readonly number[] {
  return top % 2 === 0 ? [0, top / 2, top] : [0, top];
}

const height = 200;
const width = 720;
const left = 56;
const bottom = 24;
const top = 10;

/** Upright bars over time, drawn on the server: a name for those who hear it, the numbers in a table beneath. */
export function TimeChart({
  id,
  title,
  summary,
  bars,
  labelEvery,
}: {
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in a sentence. */
  readonly summary: string;
  readonly bars: readonly Bar[];
  /** A label under every so many bars. */
  readonly labelEvery: number;
}) {
  const most = scaleTop(bars.map(({ value }) => value));
  const step = (width - left) / Math.max(1, bars.length);
  const yOf = (value: number) => top + (height - top - bottom) * (1 - value / most);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1)
    <section class="chartbox" aria-label={title} tabIndex={0}>
      <svg
        class="chart"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-labelledby={`${id}-titre ${id}-texte`}
      >
        <title id={`${id}-titre`}>{title}</title>
        <desc id={`${id}-texte`}>{summary}</desc>
        {scaleMarks(most).map((mark) => (
          <g key={mark}>
            <line class="axis" x1={left} x2={width} y1={yOf(mark)} y2={yOf(mark)} />
            <text x={left - 6} y={yOf(mark) + 4} text-anchor="end">
              {count(mark)}
            </text>
          </g>
        ))}
        {bars.map(({ label, value, part = 0 }, i) => (
          <g key={i}>
            <rect
              class="bar"
              x={left + i * step + 1}
              width={Math.max(1, step - 2)}
              y={yOf(value)}
              height={yOf(0) - yOf(value)}
            />
            {part === 0 ? null : (
              <rect
                class="bar part"
                x={left + i * step + 1}
                width={Math.max(1, step - 2)}
                y={yOf(part)}
                height={yOf(0) - yOf(part)}
              />
            )}
            {i % labelEvery === 0 ? (
              <text x={left + i * step} y={height - 8}>
                {label}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
    </section>
  );
}

const rowHeight = 26;
const labelWidth = 230;
const labelLengthMax = 28;

/** Lying bars with a name each, longest first. */
export function RankChart({
  id,
  title,
  summary,
  bars,
}: {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly bars: readonly Bar[];
}) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const room = width - labelWidth - 70;
  const all = bars.length * rowHeight + 6;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keyboard (WCAG 2.1.1)
    <section class="chartbox" aria-label={title} tabIndex={0}>
      <svg
        class="chart"
        viewBox={`0 0 ${width} ${all}`}
        role="img"
        aria-labelledby={`${id}-titre ${id}-texte`}
      >
        <title id={`${id}-titre`}>{title}</title>
        <desc id={`${id}-texte`}>{summary}</desc>
        {bars.map(({ label, value }, i) => {
          const barWidth = Math.max(2, (room * value) / most);
          return (
            <g key={label}>
              <text x={labelWidth - 8} y={i * rowHeight + 19} text-anchor="end">
                {label.length > labelLengthMax ? `${label.slice(0, labelLengthMax - 1)}…` : label}
              </text>
              <rect
                class="bar"
                x={labelWidth}
                y={i * rowHeight + 6}
                width={barWidth}
                height={rowHeight - 8}
              />
              <text x={labelWidth + barWidth + 6} y={i * rowHeight + 19}>
                {count(value)}
              </text>
            </g>
          );
        })}
      </svg>
    </section>
  );
}
