import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/documents.js';

/** A comma or a colon, with its space, between two things that people read. */
const JOINED = /([:?=+] |\()'[,:] '|\}[,:] \$\{|>[,:] (<|\$\{)/;

it('commas and colons between what people read come from the texts: other languages have others', () => {
  const found = ['element', 'people', 'room'].flatMap((room) =>
    readdirSync(join(ROOT, 'src', room))
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) =>
        readFileSync(join(ROOT, 'src', room, file), 'utf8')
          .split('\n')
          .filter((line) => JOINED.test(line))
          .map((line) => `${room}/${file}: ${line.trim()}`),
      ),
  );
  expect(found).toEqual([]);
});
