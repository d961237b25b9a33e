import { describe, expect, test } from 'vitest';
import { createStandardOutput } from '../../../src/adapters/pino/standard-output.js';

function failure(code: string): Error {
  return Object.assign(new Error(`write ${code}`), { code });
}

describe('the standard output', () => {
  test('takes a line in as many pieces as it likes', () => {
    const taken: Buffer[] = [];
    const output = createStandardOutput((bytes) => {
      const piece = Buffer.from(bytes.subarray(0, 3));
      taken.push(piece);
      return piece.length;
    });
    output.write('{"event":"grüß"}\n');
    expect(Buffer.concat(taken).toString()).toBe('{"event":"grüß"}\n');
  });

  test('is tried again while it is full, and not for ever', () => {
    let tries = 0;
    const output = createStandardOutput((bytes) => {
      tries += 1;
      if (tries < 3) throw failure('EAGAIN');
      return bytes.length;
    });
    output.write('late\n');
    expect(tries).toBe(3);

    let inVain = 0;
    const full = createStandardOutput(() => {
      inVain += 1;
      throw failure('EAGAIN');
    });
    full.write('never\n');
    expect(inVain).toBe(200);
  });

  test.each(['EPIPE', 'EBADF', 'EIO'])('is left alone once its reader is gone: %s', (code) => {
    let tries = 0;
    const output = createStandardOutput(() => {
      tries += 1;
      throw failure(code);
    });
    output.write('one\n');
    output.write('two\n');
    expect(tries).toBe(1);
  });
});
