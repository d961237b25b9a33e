import { describe, expect, it } from 'vitest';

const LIBRARY = new URL('../../node_modules/engine.io-client/build/esm/contrib/', import.meta.url);
const EMITTER = new URL('../../node_modules/@socket.io/component-emitter/lib/esm/', import.meta.url);
const PARTS = new URL('../../scripts/small-parts.mjs', import.meta.url);

/** What stands in for a module of the library, and the module. */
async function bothOf(file: string) {
  const { INSTEAD_OF_SOCKETS_PARTS } = await import(PARTS.href);
  const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
  const [, code] = parts.find(([filter]) => filter.test(`engine.io-client/x/${file}`)) ?? [];
  const own = await import(`data:text/javascript,${encodeURIComponent(code ?? '')}`);
  return { own, library: await import(new URL(file, LIBRARY).href) };
}

interface Emitter {
  on(event: string, run: (...given: unknown[]) => void): Emitter;
  once(event: string, run: (...given: unknown[]) => void): Emitter;
  off(event?: string, run?: (...given: unknown[]) => void): Emitter;
  emit(event: string, ...given: unknown[]): Emitter;
  emitReserved(event: string, ...given: unknown[]): Emitter;
  listeners(event: string): readonly unknown[];
  hasListeners(event: string): boolean;
}

/** What listeners hear that come, go, and go while they are told. */
function storyOf(emitter: Emitter): readonly unknown[] {
  const heard: unknown[] = [emitter.hasListeners('constructor')];
  const [a, b] = ['a', 'b'].map((name) => (...given: unknown[]) => void heard.push([name, ...given]));
  const leaves = (): void => void emitter.off('x', leaves).off('x', a);
  emitter.emit('x', 1);
  emitter
    .on('x', leaves)
    .on('x', a ?? leaves)
    .once('x', b ?? leaves);
  heard.push(emitter.listeners('x').length, emitter.hasListeners('y'));
  emitter.emit('x', 1, 2).emitReserved('x', 3);
  emitter.once('y', b ?? leaves).off('y', b);
  emitter.on('y', a ?? leaves).on('z', a ?? leaves);
  emitter.emit('y', 4).off('y').emit('y', 5);
  heard.push(emitter.hasListeners('y'), emitter.hasListeners('z'));
  emitter.off().emit('z', 6);
  return [...heard, emitter.listeners('z').length];
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

  it('tells listeners as the library does', async () => {
    const { INSTEAD_OF_SOCKETS_PARTS } = await import(PARTS.href);
    const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
    const [, code = ''] = parts.find(([filter]) => filter.test('component-emitter/lib/esm/index.js')) ?? [];
    const own = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const library = await import(new URL('index.js', EMITTER).href);
    const [ownStory, libraryStory] = [storyOf(new own.Emitter()), storyOf(new library.Emitter())];
    expect(ownStory).toEqual(libraryStory);
    expect(ownStory.length).toBeGreaterThan(5);
  });

  it('writes queries as the library does', async () => {
    const { own, library } = await bothOf('parseqs.js');
    const query = { EIO: 4, transport: 'polling', t: 'p8Q_x-1', sid: 'aB3-_' };
    expect(own.encode(query)).toBe(library.encode(query));
    expect(own.decode('a=1&b=%C3%A9%20x')).toEqual(library.decode('a=1&b=%C3%A9%20x'));
  });
});
