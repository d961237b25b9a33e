/** Prints a line for people at a terminal. The log, and output for other programs, go to the standard output instead. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Without this, the first line that nobody can read any more (`2>&1 | head`) would end the process. */
export function heedNoLostReader(): void {
  process.stderr.on('error', () => {});
}

/** The sentence that describes whatever was thrown. */
export function sentenceOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
