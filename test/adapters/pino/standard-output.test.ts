import { describe, expect, test, vi } from 'vitest';
import {
  createStandardOutput,
  type StandardOutputOptions,
} from '../../../src/adapters/pino/standard-output.js';

const MAX_WAITING_BYTES = 100;
/** It ends as soon as it is so; machines are slow at times. */
const PATIENCE_MS = 30_000;

function failure(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

/** An output whose reader takes what it is told to, and what it has got so far. */
function openOutput(options: Partial<StandardOutputOptions> = {}) {
  let room = Number.POSITIVE_INFINITY;
  let tries = 0;
  let read = '';
  const output = createStandardOutput({
    lineOfGap: (lines) => `${lines} missing\n`,
    maxWaitingBytes: MAX_WAITING_BYTES,
    descriptor: {
      write: (bytes) => {
        tries += 1;
        if (room === 0) throw failure('EAGAIN');
        const taken = bytes.subarray(0, room);
        room -= taken.length;
        read += taken.toString();
        return taken.length;
      },
    },
    ...options,
  });
  return {
    output,
    read: () => read,
    tries: () => tries,
    makeRoom: (bytes: number) => {
      room = bytes;
    },
  };
}

describe('the standard output', () => {
  test('takes a line before the writer goes on', () => {
    const { output, read } = openOutput();
    output.write('{"event":"grüß"}\n');
    expect(read()).toBe('{"event":"grüß"}\n');
  });

  test('takes a line in as many pieces as it likes', async () => {
    const { output, read, makeRoom } = openOutput();
    makeRoom(3);
    output.write('a line\n');
    output.write('another\n');
    expect(read()).toBe('a l');
    makeRoom(1_000);
    await vi.waitFor(() => expect(read()).toBe('a line\nanother\n'), PATIENCE_MS);
  });

  test('that is full is not waited for: it is tried once, and lines wait in their order', async () => {
    const { output, read, tries, makeRoom } = openOutput();
    makeRoom(0);
    for (const line of ['one\n', 'two\n', 'three\n']) output.write(line);
    expect(tries()).toBe(1);
    expect(output.waitingBytes).toBe(14);
    makeRoom(1_000);
    await vi.waitFor(() => expect(read()).toBe('one\ntwo\nthree\n'), PATIENCE_MS);
    expect(output.waitingBytes).toBe(0);
    output.write('four\n');
    expect(read()).toBe('one\ntwo\nthree\nfour\n');
  });

  test('that stays full keeps a bounded number of bytes, and says how many lines are missing where they are', async () => {
    const { output, read, makeRoom } = openOutput();
    makeRoom(0);
    for (let line = 0; line < 1_000; line += 1) output.write(`line ${line}\n`);
    expect(output.waitingBytes).toBeLessThanOrEqual(MAX_WAITING_BYTES);
    const kept = Math.floor(output.waitingBytes / 7);
    expect(output.dropped).toBeGreaterThan(900);
    makeRoom(10_000);
    await vi.waitFor(() => expect(output.waitingBytes).toBe(0), PATIENCE_MS);
    output.write('again\n');
    const lines = read().split('\n');
    expect(lines[0]).toBe('line 0');
    expect(lines.slice(-3)).toEqual([`${output.dropped} missing`, 'again', '']);
    expect(lines.length - 3 + output.dropped).toBe(1_000);
    expect(kept).toBeGreaterThan(5);
  });

  test('whose reader is slow is told of one gap at a time', async () => {
    const { output, read, makeRoom } = openOutput();
    makeRoom(0);
    for (let line = 0; line < 100; line += 1) output.write(`line ${line}\n`);
    makeRoom(10);
    for (let line = 0; line < 100; line += 1) output.write(`line ${line}\n`);
    makeRoom(10_000);
    await vi.waitFor(() => expect(output.waitingBytes).toBe(0), PATIENCE_MS);
    expect(read().match(/missing/g)).toHaveLength(1);
    expect(read()).toContain(`${output.dropped} missing`);
  });

  test('says its last words at the end of the process, while somebody reads them, and keeps nothing there afterwards', async () => {
    const before = process.listenerCount('exit');
    const { output, read, makeRoom } = openOutput();
    makeRoom(0);
    output.write('server.stopped\n');
    const [lastWords] = process.listeners('exit').slice(before);
    expect(lastWords).toBeTypeOf('function');
    lastWords?.(0);
    expect(read()).toBe('');
    makeRoom(100);
    lastWords?.(0);
    expect(read()).toBe('server.stopped\n');
    await vi.waitFor(() => expect(process.listenerCount('exit')).toBe(before), PATIENCE_MS);
  });

  test.each(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG', 'EINTR', 'EAGAIN'])(
    'goes on after a write that failed, and says how much is missing: %s',
    async (code) => {
      let isBroken = true;
      const lines: string[] = [];
      const { output } = openOutput({
        maxWaitingBytes: 20,
        descriptor: {
          write: (bytes) => {
            if (isBroken) throw failure(code);
            lines.push(bytes.toString());
            return bytes.length;
          },
        },
      });
      for (let line = 0; line < 10; line += 1) output.write(`line ${line}\n`);
      expect(output.dropped).toBeGreaterThan(0);
      isBroken = false;
      await vi.waitFor(() => expect(output.waitingBytes).toBe(0), PATIENCE_MS);
      output.write('after\n');
      expect(lines.join('')).toContain(`${output.dropped} missing`);
      expect(lines.at(-1)).toBe('after\n');
    },
  );

  test.each(['EPIPE', 'EBADF'])('is left alone once its reader is gone: %s', (code) => {
    let tries = 0;
    const { output } = openOutput({
      descriptor: {
        write: () => {
          tries += 1;
          throw failure(code);
        },
      },
    });
    output.write('one\n');
    output.write('two\n');
    expect(tries).toBe(1);
    expect(output.waitingBytes).toBe(0);
  });
});
