import { satisfies } from 'semver';
import { expect, it } from 'vitest';
import { readText } from './documents.js';

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly dev?: true;
        readonly devOptional?: true;
        readonly engines?: { readonly node?: string };
        readonly optionalDependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

async function lockedPackages(): Promise<LockFile['packages']> {
  return (JSON.parse(await readText('package-lock.json')) as LockFile).packages;
}

/** `npm install` leaves out what it could not fetch for other platforms, and `npm ci` then refuses to install at all. */
it('the lock file holds every optional package, those for other platforms too', async () => {
  const packages = await lockedPackages();
  const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
    Object.keys(optionalDependencies ?? {}),
  );

  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});

/** A host application installs these as they are: what is overridden here does not reach it. */
it('what a consumer installs runs on the oldest Node that is supported', async () => {
  const installed = Object.entries(await lockedPackages()).filter(
    ([path, { dev, devOptional }]) => path !== '' && dev === undefined && devOptional === undefined,
  );
  expect(installed.length).toBeGreaterThan(50);
  const tooNew = installed.filter(([, { engines }]) => !satisfies('20.19.0', engines?.node ?? '*'));
  expect(tooNew.map(([path, { version }]) => `${path} ${version}`)).toEqual([]);
});
