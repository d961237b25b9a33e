/** Charts as SVG, written by hand: small, without a library, readable on light and on dark paper. */

const WIDTH = 720;
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .paper { fill: #ffffff; }
  .title { font-weight: 600; font-size: 15px; }
  .muted { fill: #57606a; }
  .grid { stroke: #d0d7de; stroke-width: 1; }
  .s0 { fill: #8c959f; stroke: #8c959f; } .s1 { fill: #0969da; stroke: #0969da; }
  path { fill: none !important; stroke-width: 2; } .dashed { stroke-dasharray: 5 4; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } text { fill: #e6edf3; } .muted { fill: #9198a1; } .grid { stroke: #3d444d; }
    .s0 { fill: #9198a1; stroke: #9198a1; } .s1 { fill: #4493f8; stroke: #4493f8; }
  }`;

export interface BarChart {
  readonly title: string;
  /** The bars below one heading have the same scale. */
  readonly groups: readonly BarGroup[];
}

export interface BarGroup {
  /** The heading, with the unit. */
  readonly heading: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The colour of the bar: 0 for what the product is compared with, 1 for the product. */
  readonly series: number;
}

const BAR = { left: 236, right: 70, height: 18, step: 24, heading: 32 };

export function barChart({ title, groups }: BarChart): string {
  const parts: string[] = [];
  let y = 30;
  for (const { heading, bars } of groups) {
    y += BAR.heading;
    parts.push(text(16, y - 8, heading, 'muted'));
    const largest = Math.max(
      ...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)),
      Number.MIN_VALUE,
    );
    for (const { label, value, series } of bars) {
      const share = Number.isFinite(value) ? value / largest : 0;
      const width = Math.max(1, share * (WIDTH - BAR.left - BAR.right));
      parts.push(text(BAR.left - 8, y + 13, label, '', 'end'));
      parts.push(
        `<rect class="s${series}" x="${BAR.left}" y="${y}" width="${at(width)}" height="${BAR.height}" rx="2"/>`,
      );
      parts.push(text(BAR.left + width + 6, y + 13, short(value)));
      y += BAR.step;
    }
  }
  return document(title, y + 12, parts);
}

export interface LineChart {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly Line[];
}

export interface Line {
  readonly name: string;
  readonly series: number;
  readonly dashed?: boolean;
  readonly points: readonly (readonly [number, number])[];
}

const PLOT = { left: 64, right: 150, top: 64, height: 260 };

/** Both axes are logarithmic, because what matters is ratios. */
export function lineChart({ title, xTitle, yTitle, series }: LineChart): string {
  const points = series.flatMap((line) => line.points).filter(([x, y]) => x > 0 && y > 0);
  const x = scale(
    points.map(([value]) => value),
    PLOT.left,
    WIDTH - PLOT.right,
  );
  const y = scale(
    points.map(([, value]) => value),
    PLOT.top + PLOT.height,
    PLOT.top,
  );
  const bottom = PLOT.top + PLOT.height;
  const parts = [
    text(16, 50, yTitle, 'muted'),
    text(WIDTH - PLOT.right, bottom + 38, xTitle, 'muted', 'end'),
  ];
  for (const tick of y.ticks) {
    const level = at(y.of(tick));
    parts.push(
      `<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${level}" y2="${level}"/>`,
    );
    parts.push(text(PLOT.left - 8, y.of(tick) + 4, short(tick), 'muted', 'end'));
  }
  for (const tick of x.ticks) parts.push(text(x.of(tick), bottom + 20, short(tick), 'muted', 'middle'));
  for (const { name, series: colour, dashed = false, points: own } of series) {
    const drawn = own.filter(([px, py]) => px > 0 && py > 0);
    const path = drawn.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${at(x.of(px))} ${at(y.of(py))}`);
    parts.push(`<path class="s${colour}${dashed ? ' dashed' : ''}" d="${path.join('')}"/>`);
    for (const [px, py] of drawn) {
      parts.push(`<circle class="s${colour}" cx="${at(x.of(px))}" cy="${at(y.of(py))}" r="3"/>`);
    }
    const last = drawn.at(-1);
    if (last !== undefined) parts.push(text(x.of(last[0]) + 8, y.of(last[1]) + 4, name));
  }
  return document(title, bottom + 52, parts);
}

interface Scale {
  of(value: number): number;
  readonly ticks: readonly number[];
}

/** A logarithmic scale with ticks at 1, 2 and 5 times the powers of ten. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log(Math.min(...values, Number.MAX_VALUE));
  const high = Math.log(Math.max(...values, Number.MIN_VALUE));
  const span = high - low || 1;
  const of = (value: number): number => from + ((Math.log(value) - low) / span) * (to - from);
  const ticks: number[] = [];
  for (let power = -3; power <= 6; power += 1) {
    for (const step of [1, 2, 5]) {
      const tick = step * 10 ** power;
      if (Math.log(tick) >= low - 1e-9 && Math.log(tick) <= high + 1e-9) ticks.push(tick);
    }
  }
  return { of, ticks };
}

function document(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${at(height)}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    '<rect class="paper" width="100%" height="100%"/>',
    text(16, 26, title, 'title'),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, content: string, style = '', anchor = 'start'): string {
  const kind = style === '' ? '' : ` class="${style}"`;
  return `<text x="${at(x)}" y="${at(y)}"${kind} text-anchor="${anchor}">${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** The value with three significant digits. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

function at(coordinate: number): string {
  return String(Math.round(coordinate * 10) / 10);
}
