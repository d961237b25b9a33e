/** What a group has measured. */
export interface GroupReport {
  readonly group: string;
  /**
   * Shown before everything else: a figure of the product divided by the same figure of what it is compared with, or
   * by another of its own.
   */
  readonly ratios: readonly Ratio[];
  readonly tables: readonly Table[];
  /** Short sentences: what was left out, what limits the figures. */
  readonly notes: readonly string[];
  /** An SVG document. */
  readonly chart: string;
  /** Everything that was measured, for programs. */
  readonly figures: unknown;
}

export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** The goal in words, for example `at most 1.4`. */
  readonly goal?: string;
}

export interface Table {
  readonly title: string;
  /** The first column names the rows. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** NaN and null are shown as a dash. */
export type Cell = string | number | null;

/** Formats a figure with as many digits as it takes to tell two measurements apart, and no more. */
export function formatted(value: Cell): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '–';
  if (typeof value === 'string') return value;
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The report for a terminal: ratios first, then the tables. */
export function toText({ group, ratios, tables, notes }: GroupReport): string {
  const lines = [`\n${group}`];
  const width = Math.max(0, ...ratios.map(({ name }) => name.length));
  for (const { name, value, goal } of ratios) {
    lines.push(
      `  ${name.padEnd(width)}  ${value.toFixed(2).padStart(7)}  ${goal === undefined ? '' : `goal: ${goal}`}`,
    );
  }
  for (const table of tables) lines.push('', ...tableLines(table));
  for (const note of notes) lines.push('', `  ${note}`);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function tableLines({ title, columns, rows }: Table): string[] {
  const cells = [columns, ...rows.map((row) => row.map(formatted))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  return [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}
