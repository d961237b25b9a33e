import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FinalLog, History, SeenMessage } from './history.js';

/** Lines that are made at a time. */
const LINES_AT_ONCE = 1_000;

/**
 * Writes a file for each list of the history and of the final log, with one line for each item: that of an hour is longer
 * than a string may be. Messages, which many have seen, are written once, and named elsewhere by their line, from 0.
 */
export async function keepHistory(directory: string, history: History, log: FinalLog): Promise<void> {
  await mkdir(directory, { recursive: true });
  const messages = new Map<SeenMessage, number>();
  const lineOf = (message: SeenMessage): number => {
    const line = messages.get(message) ?? messages.size;
    messages.set(message, line);
    return line;
  };
  const write = (name: string, items: Iterable<unknown>): Promise<void> =>
    pipeline(Readable.from(linesOf(items)), createWriteStream(join(directory, `${name}.jsonl`)));

  const { deliveries, applied, ...others } = history;
  const { rows, events, served, readSeq, ...more } = log;
  for (const [name, items] of Object.entries({ ...others, ...more, readSeq })) await write(name, items);
  for (const [name, items] of Object.entries({ deliveries, applied })) {
    await write(
      name,
      mapped<{ message: SeenMessage }>(items, (item) => ({ ...item, message: lineOf(item.message) })),
    );
  }
  for (const [name, items] of Object.entries({ rows, events })) await write(name, mapped(items, lineOf));
  for (const [index, items] of served.entries()) await write(`served-${index + 1}`, mapped(items, lineOf));
  await write('messages', messages.keys());
}

function* mapped<Item>(items: Iterable<Item>, map: (item: Item) => unknown): Generator<unknown> {
  for (const item of items) yield map(item);
}

function* linesOf(items: Iterable<unknown>): Generator<string> {
  let lines: string[] = [];
  for (const item of items) {
    lines.push(`${JSON.stringify(item)}\n`);
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}
