import { expect, it } from 'vitest';
import { readText } from './documents.js';

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/** `npm install` leaves out what it could not fetch for other platforms, and `npm ci` then refuses to install at all. */
it('the lock file holds every optional package, those for other platforms too', async () => {
  const { packages } = JSON.parse(await readText('package-lock.json')) as LockFile;
  const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );

  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});
