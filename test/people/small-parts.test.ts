import { describe, expect, it } from 'vitest';

const LIBRARY = new URL('../../node_modules/engine.io-client/build/esm/contrib/', import.meta.url);
const PARTS = new URL('../../scripts/small-parts.mjs', import.meta.url);

/** What stands in for a module of the library, and the module. */
async function bothOf(file: string) {
  const { INSTEAD_OF_SOCKETS_PARTS } = await import(PARTS.href);
  const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
  const [, code] = parts.find(([filter]) => filter.test(`engine.io-client/x/${file}`)) ?? [];
  const own = await import(`data:text/javascript,${encodeURIComponent(code ?? '')}`);
  return { own, library: await import(new URL(file, LIBRARY).href) };
}

describe('what stands in for parts of Socket.IO on the pages', () => {
  it.each([
    'https://chat.example.org',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'https://[2001:db8::7]/',
    'wss://chat.example.org:8443/a/b?x=1&y=2',
  ])('reads %s as the library does', async (address) => {
    const { own, library } = await bothOf('parseuri.js');
    const [{ path, ...read }, expected] = [own.parse(address), library.parse(address)];
    expect(expected).toMatchObject(read);
    expect(path).toBe(expected.path || '/');
  });

  it('writes queries as the library does', async () => {
    const { own, library } = await bothOf('parseqs.js');
    const query = { EIO: 4, transport: 'polling', t: 'p8Q_x-1', sid: 'aB3-_' };
    expect(own.encode(query)).toBe(library.encode(query));
    expect(own.decode('a=1&b=%C3%A9%20x')).toEqual(library.decode('a=1&b=%C3%A9%20x'));
  });
});
