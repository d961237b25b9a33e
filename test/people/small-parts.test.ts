import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';

const LIBRARY = new URL('../../node_modules/engine.io-client/build/esm/contrib/', import.meta.url);
const TRANSPORTS = new URL('../transports/', LIBRARY);
const PARTS = new URL('../../scripts/small-parts.mjs', import.meta.url);
const STAND_INS = new URL('../../scripts/socket-stand-ins.mjs', import.meta.url);
const SERVED_FILE = new URL('../../scripts/served-file.mjs', import.meta.url);
const CUTS = new URL('../../scripts/socket-cuts.mjs', import.meta.url);

/** What stands in for a module of the library, and the module. */
async function bothOf(file: string) {
  const { INSTEAD_OF_SOCKETS_PARTS } = await import(STAND_INS.href);
  const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
  const [, code] = parts.find(([filter]) => filter.test(`engine.io-client/x/${file}`)) ?? [];
  const own = await import(`data:text/javascript,${encodeURIComponent(code ?? '')}`);
  return { own, library: await import(new URL(file, LIBRARY).href) };
}

/** A request that is answered by hand. */
class AskedRequest {
  static readonly asked: AskedRequest[] = [];
  readonly said: unknown[] = [];
  readyState = 0;
  responseType = '';
  status = 0;
  responseText = '';
  withCredentials = false;
  onreadystatechange: (() => void) | null = null;
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  open(method: string, uri: string): void {
    this.said.push(method, uri.replace(/\bt=[^&]*/, 't'));
  }
  setRequestHeader(name: string, value: string): void {
    // What a browser says by itself.
    if (name !== 'Accept') this.said.push(name.toLowerCase(), value);
  }
  send(data?: string | null): void {
    this.said.push(data ?? null, Boolean(this.withCredentials));
    AskedRequest.asked.push(this);
  }
  abort(): void {}
  /** @param status 0 where the network fails. */
  answer(status: number, text: string): void {
    Object.assign(this, { status, responseText: text, readyState: 4 });
    this.onreadystatechange?.();
    if (status === 0) this.onerror?.();
    else this.onload?.();
  }
}

interface LongPolling {
  onData: (data: string) => void;
  onError: (reason: string, status: unknown, request: AskedRequest) => void;
  doPoll(): void;
  doWrite(data: string, then: () => void): void;
}

/** What goes out by long polling, and what is made of its answers. */
async function storyOfPolling(
  XHR: new (given: object) => LongPolling,
  given: object,
): Promise<readonly unknown[]> {
  const heard: unknown[] = [];
  const polling = new XHR({
    hostname: 'chat.test',
    port: '443',
    secure: true,
    path: '/chat/',
    timestampParam: 't',
    ...given,
  });
  polling.onData = (data) => heard.push(['data', data]);
  polling.onError = (_, status, { responseText }) => heard.push(['failed', status, responseText]);
  const steps = [
    () => polling.doPoll(),
    () => polling.doWrite('40', () => heard.push('written')),
    () => polling.doPoll(),
    () => polling.doWrite('41', () => heard.push('written')),
  ];
  const answers = [
    [200, '0{}'],
    [200, 'ok'],
    [403, '{"code":"request.origin_forbidden"}'],
    [0, ''],
  ] as const;
  for (const [index, step] of steps.entries()) {
    step();
    const request = AskedRequest.asked.at(-1);
    heard.push(request?.said);
    const [status, text] = answers[index] ?? [0, ''];
    request?.answer(status, text);
    await vi.waitFor(() => expect(heard.length).toBe((index + 1) * 2));
  }
  return heard;
}

interface PacketParser {
  readonly Encoder: new () => { encode(packet: object): readonly string[] };
  readonly Decoder: new () => {
    on(event: 'decoded', heard: (packet: unknown) => void): void;
    add(written: string | undefined): void;
  };
}

const PACKETS = [
  { type: 0, nsp: '/', data: { token: 'a,b/c' } },
  { type: 0, nsp: '/' },
  { type: 1, nsp: '/' },
  { type: 2, nsp: '/', data: ['new_message', { content: 'line\nline, "é" 😀' }] },
  { type: 2, nsp: '/', id: 0, data: ['send_message', { content: '1' }] },
  { type: 2, nsp: '/rooms', id: 12, data: ['typing', 1, null] },
  { type: 3, nsp: '/', id: 12, data: [{ ok: true }] },
  { type: 4, nsp: '/', data: { message: 'No.', data: { code: 'auth.required' } } },
  { type: 4, nsp: '/', data: 'No.' },
];

function readBy({ Decoder }: PacketParser, written: string | undefined): unknown {
  const decoder = new Decoder();
  const heard: unknown[] = [];
  decoder.on('decoded', (packet) => heard.push(packet));
  try {
    decoder.add(written);
  } catch {
    return 'refused';
  }
  return heard;
}

interface Listeners {
  on(event: string, heard: (...told: readonly unknown[]) => void): Listeners;
  once(event: string, heard: (...told: readonly unknown[]) => void): Listeners;
  off(event?: string, heard?: unknown): Listeners;
  emit(event: string, ...told: readonly unknown[]): Listeners;
  emitReserved(event: string, ...told: readonly unknown[]): Listeners;
  removeListener(event: string, heard: unknown): Listeners;
  removeAllListeners(): Listeners;
  hasListeners(event: string): boolean;
}

/** What listeners hear, and which of them are there. */
function storyOfListeners(emitter: Listeners): readonly string[] {
  const story: string[] = [];
  const first = (...told: readonly unknown[]): unknown => story.push(['first', ...told].join(' '));
  const second = (): unknown => {
    story.push('second');
    return emitter.off('a', first);
  };
  const count = (): unknown => story.push(`${emitter.hasListeners('a')} ${emitter.hasListeners('b')}`);
  count();
  emitter.off('a', first).emit('a');
  // One that is taken away meanwhile still hears.
  emitter.on('a', second).on('a', first).on('b', first).emit('a', 1, 2).emitReserved('a', 3);
  emitter.once('b', second).emit('b').emit('b');
  emitter.once('b', second).removeListener('b', second).emit('b');
  count();
  emitter.off('a');
  count();
  emitter.off();
  count();
  emitter.on('b', first).removeAllListeners().emit('b');
  return story;
}

afterEach(() => vi.unstubAllGlobals());

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

  it.each([{}, { withCredentials: true, query: { EIO: 4, transport: 'polling', sid: 'aB3' } }])(
    'polls as the library does, %j',
    async (given) => {
      vi.stubGlobal('XMLHttpRequest', AskedRequest);
      const { INSTEAD_OF_SOCKETS_PARTS } = await import(STAND_INS.href);
      const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
      const [, code = ''] =
        parts.find(([filter]) => filter.test('engine.io-client/x/transports/polling-xhr.js')) ?? [];
      const placed = code.replace('./polling.js', new URL('polling.js', TRANSPORTS).href);
      const own = await import(`data:text/javascript,${encodeURIComponent(placed)}`);
      const library = await import(new URL('polling-xhr.js', TRANSPORTS).href);
      const ownStory = await storyOfPolling(own.XHR, { query: {}, ...given });
      expect(ownStory).toEqual(await storyOfPolling(library.XHR, { query: {}, ...given }));
      expect(ownStory).toContainEqual(['failed', 403, '{"code":"request.origin_forbidden"}']);
    },
  );

  it('writes and reads packets as the library does', async () => {
    const { INSTEAD_OF_SOCKETS_PARTS } = await import(STAND_INS.href);
    const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
    const [, code = ''] = parts.find(([filter]) => filter.test('socket.io-parser/build/esm/index.js')) ?? [];
    const modules = new URL('../../node_modules/', import.meta.url);
    const emitter = new URL('@socket.io/component-emitter/lib/esm/index.js', modules).href;
    const placed = code.replace('@socket.io/component-emitter', emitter);
    const own: PacketParser = await import(`data:text/javascript,${encodeURIComponent(placed)}`);
    const library: PacketParser = await import(new URL('socket.io-parser/build/esm/index.js', modules).href);
    for (const packet of PACKETS) {
      const [written] = new library.Encoder().encode(packet);
      expect(new own.Encoder().encode(packet)).toEqual([written]);
      expect(readBy(own, written), written).toEqual(readBy(library, written));
    }
    for (const broken of ['9', '2{"a":1}', '3"a"', '21{', '0{']) {
      expect(readBy(own, broken), broken).toBe('refused');
      expect(readBy(library, broken), broken).toBe('refused');
    }
  });

  it('tells listeners as the library does', async () => {
    const { INSTEAD_OF_SOCKETS_PARTS } = await import(STAND_INS.href);
    const parts = INSTEAD_OF_SOCKETS_PARTS as readonly (readonly [RegExp, string])[];
    const [, code = ''] = parts.find(([filter]) => filter.test('component-emitter/lib/esm/index.js')) ?? [];
    const own = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const modules = new URL('../../node_modules/', import.meta.url);
    const library = await import(new URL('@socket.io/component-emitter/lib/esm/index.js', modules).href);
    const story = storyOfListeners(new own.Emitter());
    expect(story).toEqual(storyOfListeners(new library.Emitter()));
    expect(story).toContain('first 1 2');
  });

  it('leaves out of a connection only methods that nobody calls', async () => {
    const { withoutUnusedMethods } = await import(CUTS.href);
    const file = new URL('../../node_modules/socket.io-client/build/esm/socket.js', import.meta.url);
    const source = await readFile(file, 'utf8');
    const left: string = withoutUnusedMethods(source);
    const methodsIn = (text: string) =>
      [...text.matchAll(/^ {4}(?:get )?(\w+)\(.*\) \{/gm)].map(([, name]) => name);
    const gone = methodsIn(source).filter((name) => !methodsIn(left).includes(name));
    expect(gone.length).toBeGreaterThan(10);
    const calls = gone.filter((name) => new RegExp(`this\\.${name}\\b`).test(left));
    // For those who set `retries`, as nobody does here.
    expect(calls).toEqual(['_addToQueue']);
    expect(() => withoutUnusedMethods(left)).toThrow('Socket.IO has no send');
  });

  it('leaves out of it what is done for options that nobody sets, and coming back by itself', async () => {
    const { withoutUnsetOptions, withoutReconnecting } = await import(CUTS.href);
    const read = (path: string) => readFile(new URL(`../../node_modules/${path}`, import.meta.url), 'utf8');
    const engine: string = withoutUnsetOptions(await read('engine.io-client/build/esm/socket.js'));
    expect(() => withoutUnsetOptions(engine)).toThrow('Socket.IO has no');
    const manager: string = withoutReconnecting(await read('socket.io-client/build/esm/manager.js'));
    // All that is left is within what is never done, or an import of what then nobody uses.
    expect(manager).not.toMatch(/this\.backoff|\.maybeReconnectOnOpen|this\.reconnection\w/);
    expect(() => withoutReconnecting(manager)).toThrow('Socket.IO has no');
  });

  it('leaves out what no page sets of a connection, its WebSocket, and what several connections share', async () => {
    const { withPlainConnection, withPlainWebSocket, withoutSharedManagers } = await import(CUTS.href);
    const read = (path: string) => readFile(new URL(`../../node_modules/${path}`, import.meta.url), 'utf8');
    const left = [
      [withPlainConnection, 'socket.io-client/build/esm/socket.js'],
      [withPlainWebSocket, 'engine.io-client/build/esm/transports/websocket.js'],
      [withoutSharedManagers, 'socket.io-client/build/esm/index.js'],
    ] as const;
    for (const [pare, path] of left) {
      const source: string = pare(await read(path));
      expect(source).not.toMatch(/this\._pid\b|_opts\.ackTimeout|navigator\.|opts\.forceNew/);
      expect(() => pare(source)).toThrow('Socket.IO has no');
    }
  });

  it('leaves out of the client library what its errors say, and what the page does over HTTP', async () => {
    const { withoutErrorSentences, withoutChanges } = await import(PARTS.href);
    const read = (name: string) => readFile(new URL(`../../src/client/${name}.ts`, import.meta.url), 'utf8');
    expect(withoutErrorSentences(await read('inbox-holder'))).not.toContain('The inbox is open');
    const client: string = withoutChanges(await read('client'));
    expect(client).not.toContain(".request('extend_consultation'");
    expect(client).toContain('inbox.open(asked)');
    expect(() => withoutChanges(client)).toThrow('changes nothing any more');
  });

  it('writes queries as the library does', async () => {
    const { own, library } = await bothOf('parseqs.js');
    const query = { EIO: 4, transport: 'polling', t: 'p8Q_x-1', sid: 'aB3-_' };
    expect(own.encode(query)).toBe(library.encode(query));
    expect(own.decode('a=1&b=%C3%A9%20x')).toEqual(library.decode('a=1&b=%C3%A9%20x'));
  });
});

describe('a file that is loaded beside the script', () => {
  it('is asked for ever less often while it is missing, and another one at once', async () => {
    const { servedFile } = await import(SERVED_FILE.href);
    const asked: string[] = [];
    const load = servedFile(async (file: string) => {
      asked.push(file);
      if (file.startsWith('missing')) throw new TypeError('There is no such file.');
      return file;
    });
    const tries: number[] = [];
    for (let call = 1; call <= 120; call += 1) {
      const before = asked.length;
      await expect(load('missing')).rejects.toThrow();
      if (asked.length > before) tries.push(call);
    }
    expect(tries.slice(0, 5)).toEqual([1, 2, 4, 7, 11]);
    expect(tries.length).toBeLessThan(17);
    // A browser would remember the failure at the same address.
    expect(new Set(asked).size).toBe(asked.length);
    expect(await load('there')).toMatch(/^there\.js/);
  });
});
