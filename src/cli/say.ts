/** For people at a terminal; the log, and what other programs read, go to the standard output. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The sentence of whatever was thrown. */
export function sentenceOfError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
