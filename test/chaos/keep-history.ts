import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FinalLog, History } from './history.js';

/** Lines that are made at a time. */
const LINES_AT_ONCE = 1_000;

/**
 * Writes a file for each list of the history and of the final log, with one line for each item: that of an hour is longer
 * than a string may be.
 */
export async function keepHistory(directory: string, history: History, log: FinalLog): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { served, readSeq, ...lists } = log;
  const all: Readonly<Record<string, readonly unknown[]>> = {
    ...history,
    ...lists,
    readSeq: [...readSeq],
    ...Object.fromEntries(served.map((messages, index) => [`served-${index + 1}`, messages])),
  };
  for (const [name, items] of Object.entries(all)) {
    await pipeline(Readable.from(linesOf(items)), createWriteStream(join(directory, `${name}.jsonl`)));
  }
}

function* linesOf(items: readonly unknown[]): Generator<string> {
  for (let start = 0; start < items.length; start += LINES_AT_ONCE) {
    const some = items.slice(start, start + LINES_AT_ONCE);
    yield some.map((item) => `${JSON.stringify(item)}\n`).join('');
  }
}
