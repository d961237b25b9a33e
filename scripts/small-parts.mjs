// Replaces parts of libraries that the pages never use, or that browsers have built in.
import { readFile } from 'node:fs/promises';

/**
 * Makes a plugin that replaces modules. If a module is not there any more, for instance after an update, the build
 * fails, because what it brought along would otherwise be back unnoticed.
 *
 * @param parts each with the module that it replaces.
 */
const standIns = (name, parts) => ({
  name,
  setup({ onLoad, onEnd }) {
    const met = new Set();
    for (const [filter, contents] of parts)
      onLoad({ filter }, () => {
        met.add(filter);
        return { contents };
      });
    onEnd(() => ({
      errors: parts
        .filter(([filter]) => !met.has(filter))
        .map(([filter]) => ({ text: `Nothing is like ${filter}: see scripts/small-parts.mjs.` })),
    }));
  },
});

/**
 * What the socket libraries bring along for other users. The server has no WebTransport, the chat sends everything as
 * JSON, the client library reconnects by itself, and every browser that runs this has `URL`.
 */
export const INSTEAD_OF_SOCKETS_PARTS = [
  [/engine\.io-client.*transports\/webtransport\.js$/, 'export class WT {}'],
  [
    /engine\.io-client.*\/parseuri\.js$/,
    `export function parse(source) {
      const { protocol, hostname, port, pathname, search } = new URL(source);
      const host = hostname.replace(/^\\[|\\]$/g, '');
      return { source, protocol: protocol.slice(0, -1), host, port, path: pathname, query: search.slice(1) };
    }`,
  ],
  [
    /socket\.io-client.*\/url\.js$/,
    `import { parse } from 'engine.io-client';
    export function url(uri, path = '') {
      const parsed = parse(new URL(uri, location.href).href);
      const { protocol, host } = parsed;
      const port = parsed.port || (protocol.endsWith('s') ? '443' : '80');
      return { ...parsed, port, id: protocol + '://' + host + ':' + port + path };
    }`,
  ],
  [
    /engine\.io-parser.*\/encodePacket\.browser\.js$/,
    `import { PACKET_TYPES } from './commons.js';
    export const encodePacket = ({ type, data }, _binary, tell) => tell(PACKET_TYPES[type] + (data || ''));
    export function encodePacketToBinary() {}`,
  ],
  [
    /engine\.io-parser.*\/decodePacket\.browser\.js$/,
    `import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js';
    export function decodePacket(packet) {
      const type = typeof packet === 'string' ? PACKET_TYPES_REVERSE[packet.charAt(0)] : undefined;
      if (type === undefined) return ERROR_PACKET;
      return packet.length > 1 ? { type, data: packet.substring(1) } : { type };
    }`,
  ],
  [
    /socket\.io-parser.*\/esm\/index\.js$/,
    `import { Emitter } from '@socket.io/component-emitter';
    export const protocol = 5;
    export const PacketType = { CONNECT: 0, DISCONNECT: 1, EVENT: 2, ACK: 3, CONNECT_ERROR: 4, BINARY_EVENT: 5, BINARY_ACK: 6 };
    export class Encoder {
      encode({ type, nsp, id, data }) {
        const place = nsp && nsp !== '/' ? nsp + ',' : '';
        return [type + place + (id ?? '') + (data == null ? '' : JSON.stringify(data))];
      }
    }
    export class Decoder extends Emitter {
      add(text) {
        const [, type, nsp = '/', id, written] = /^([0-4])(?:(\\/[^,]*),?)?(\\d*)(.*)$/s.exec(text);
        const packet = { type: +type, nsp };
        if (id !== '') packet.id = +id;
        if (written !== '') packet.data = JSON.parse(written);
        if ((type === '2' || type === '3') !== Array.isArray(packet.data)) throw new Error('invalid payload');
        super.emitReserved('decoded', packet);
      }
      destroy() {}
    }`,
  ],
  [
    /engine\.io-client.*transports\/polling-xhr\.js$/,
    `import { Polling } from './polling.js';
    export class XHR extends Polling {
      doPoll() { this.ask('GET', undefined, (data) => this.onData(data)); }
      doWrite(data, then) { this.ask('POST', data, then); }
      ask(method, data, then) {
        const request = new XMLHttpRequest();
        const fail = () => this.onError('xhr error', request.status, request);
        request.open(method, this.uri());
        if (data !== undefined) request.setRequestHeader('content-type', 'text/plain;charset=UTF-8');
        request.withCredentials = !!this.opts.withCredentials;
        request.onload = () => (request.status === 200 ? then(request.responseText) : fail());
        request.onerror = fail;
        request.send(data);
      }
    }`,
  ],
  [
    /engine\.io-client.*\/globals\.js$/,
    `export const nextTick = (then) => void Promise.resolve().then(then);
    export const globalThisShim = globalThis;
    export const defaultBinaryType = 'arraybuffer';
    export function createCookieJar() {}`,
  ],
  [
    /engine\.io-client.*\/esm\/util\.js$/,
    `export const pick = (from, ...names) =>
      Object.fromEntries(names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]));
    export function installTimerFunctions(to) {
      to.setTimeoutFn = setTimeout.bind(globalThis);
      to.clearTimeoutFn = clearTimeout.bind(globalThis);
    }
    export const byteLength = (text) => new TextEncoder().encode(text).length;
    export const randomString = () =>
      Date.now().toString(36).substring(3) + Math.random().toString(36).substring(2, 5);`,
  ],
  [
    /engine\.io-client.*\/parseqs\.js$/,
    `export const encode = (query) => String(new URLSearchParams(query));
    export const decode = (text) => Object.fromEntries(new URLSearchParams(text));`,
  ],
  [
    /component-emitter\/lib\/esm\/index\.js$/,
    `export class Emitter {
      on(event, heard) {
        this.heard ??= {};
        (this.heard[event] ??= []).push(heard);
        return this;
      }
      once(event, heard) {
        const once = (...told) => {
          this.off(event, once);
          heard.apply(this, told);
        };
        once.fn = heard;
        return this.on(event, once);
      }
      off(event, ...which) {
        if (event === undefined) this.heard = {};
        else if (this.heard?.[event]) {
          const at = this.heard[event].findIndex((one) => one === which[0] || one.fn === which[0]);
          if (which.length === 0) delete this.heard[event];
          else if (at >= 0) this.heard[event].splice(at, 1);
        }
        return this;
      }
      emit(event, ...told) {
        for (const one of [...this.listeners(event)]) one.apply(this, told);
        return this;
      }
      emitReserved(...told) { return Emitter.prototype.emit.apply(this, told); }
      listeners(event) { return this.heard?.[event] ?? []; }
      hasListeners(event) { return this.listeners(event).length > 0; }
    }
    const { prototype } = Emitter;
    prototype.removeListener = prototype.removeAllListeners = prototype.off;`,
  ],
];

/** Methods of a connection that nobody calls here. Without `retries` there is never a queue in the library. */
const UNUSED_METHODS = [
  'send',
  'emitWithAck',
  '_addToQueue',
  'compress',
  'get volatile',
  'timeout',
  'prependAny',
  'offAny',
  'listenersAny',
  'onAnyOutgoing',
  'prependAnyOutgoing',
  'offAnyOutgoing',
  'listenersAnyOutgoing',
];
/** Methods that are called, but have nothing to do here. */
const IDLE_METHODS = ['_drainQueue', 'notifyOutgoingListeners'];

/** @throws if one of them is not there any more. */
export function withoutUnusedMethods(source) {
  return [...UNUSED_METHODS, ...IDLE_METHODS].reduce((text, name) => {
    const method = new RegExp(`^    ${name}\\(.*\\) \\{\\n[^]*?^    \\}\\n`, 'm');
    if (!method.test(text)) throw new Error(`Socket.IO has no ${name}: see scripts/small-parts.mjs.`);
    return text.replace(method, IDLE_METHODS.includes(name) ? `    ${name}() {}\n` : '');
  }, source);
}

const METHODS_OF_RECONNECTING =
  'reconnectionAttempts|reconnectionDelay|reconnectionDelayMax|randomizationFactor|onreconnect|reconnect|maybeReconnectOnOpen';

/** The library's own connection never reconnects, because the client library opens another one. */
const WITHOUT_RECONNECTING = [
  [/this\.reconnectionAttempts\(opts[\s\S]*?(?=this\.timeout\(null)/, ''],
  [/else \{\s*(?:\/\/[^\n]*\s*)?this\.maybeReconnectOnOpen\(\);\s*\}/, ''],
  [/if \(this\._reconnection && !this\.skipReconnect\) \{/, 'if (false) {'],
  [new RegExp(`^    (?:${METHODS_OF_RECONNECTING})\\(.*\\) \\{\\n[^]*?^    \\}\\n`, 'gm'), ''],
  [/this\.backoff\.reset\(\);/, ''],
  [/if \(this\.opts\.autoUnref\) \{/, 'if (false) {'],
  [/import \{ Backoff \} .*\n/, ''],
];

/** What engine.io does for options that nobody sets here. The bundler leaves out what can never run. */
const UNSET_OPTIONS = [
  [/if \(opts\.transportImplementations && [^{]*\{/, 'if (false) {'],
  [/if \(opts\.transportImplementations \|\|[^{]*\{/, 'if (false) {'],
  [/if \(this\.opts\.closeOnBeforeunload\) \{/, 'if (false) {'],
  [/if \(this\._beforeunloadEventListener\) \{/, 'if (false) {'],
  [/if \(this\.transports\.length === 0\) \{/, 'if (false) {'],
  [/this\.opts\.rememberUpgrade &&/, 'false &&'],
  [/agent: false,/, ''],
  [/rejectUnauthorized: true,/, ''],
  [/perMessageDeflate: \{[^}]*\},/, ''],
  [/if \(this\.opts\.autoUnref\) \{/, 'if (false) {'],
  [/if \(this\.opts\.withCredentials\) \{/, 'if (false) {'],
  [/if \(this\.opts\.tryAllTransports &&[^{]*\{/, 'if (false) {'],
];

/** The same of its WebSocket, which takes no options from a page. */
const UNSET_OPTIONS_OF_WEBSOCKET = [
  [/const isReactNative =[\s\S]*?;/, 'const isReactNative = false;'],
  [/const protocols = .*;/, 'const protocols = undefined;'],
  [/const opts = isReactNative[\s\S]*?;/, 'const opts = {};'],
  [/if \(this\.opts\.extraHeaders\) \{/, 'if (false) {'],
  [/if \(this\.opts\.autoUnref\) \{/, 'if (false) {'],
  [/if \(this\.opts\.timestampRequests\) \{/, 'if (false) {'],
  [/return !isReactNative[\s\S]*?;/, 'return new WebSocketCtor(uri);'],
  [/ \|\| globalThis\.MozWebSocket/, ''],
];

/** The same of a connection: no limits of its own on answers, no recovery of what was missed, and never an event of its own. */
const UNSET_OPTIONS_OF_CONNECTION = [
  [/const RESERVED_EVENTS = [\s\S]*?\}\);/, ''],
  [/if \(RESERVED_EVENTS\.hasOwnProperty\(ev\)\) \{/, 'if (false) {'],
  [/if \(this\._opts\.retries && [^{]*\{/, 'if (false) {'],
  [/const isTransportWritable = .*/, ''],
  [/const discardPacket = .*/, 'const discardPacket = false;'],
  [/const timeout = \(_a = this\.flags\.timeout[\s\S]*?this\.acks\[id\] = fn;/, 'this.acks[id] = ack;'],
  [/this\._pid\s*\? Object\.assign\([^)]*\)\s*: data/, 'data'],
  [/if \(this\._pid && [^{]*\{/, 'if (false) {'],
  [/this\.recovered = pid && .*/, ''],
  [/this\._pid = pid;.*/, ''],
];

/** Each connection has a manager of its own. */
const UNSHARED_MANAGERS = [
  [/const sameNamespace = [\s\S]*?sameNamespace;/, ''],
  [/if \(newConnection\) \{/, 'if (true) {'],
  [/Object\.assign\(lookup, \{[^}]*\}\);/, ''],
];

/** @throws if one of them is not there any more. */
function replaced(source, replacements) {
  return replacements.reduce((text, [found, instead]) => {
    if (text.search(found) < 0) throw new Error(`Socket.IO has no ${found}: see scripts/small-parts.mjs.`);
    return text.replace(found, instead);
  }, source);
}
export const withoutUnsetOptions = (source) => replaced(source, UNSET_OPTIONS);
export const withPlainWebSocket = (source) => replaced(source, UNSET_OPTIONS_OF_WEBSOCKET);
export const withPlainConnection = (source) => replaced(source, UNSET_OPTIONS_OF_CONNECTION);
export const withoutSharedManagers = (source) => replaced(source, UNSHARED_MANAGERS);
export const withoutReconnecting = (source) => replaced(source, WITHOUT_RECONNECTING);

/** What is left of a module of the libraries. */
const PARED = [
  [/socket\.io-client\/build\/esm\/index\.js$/, withoutSharedManagers],
  [
    /socket\.io-client\/build\/esm\/socket\.js$/,
    (source) => withPlainConnection(withoutUnusedMethods(source)),
  ],
  [/socket\.io-client\/build\/esm\/manager\.js$/, withoutReconnecting],
  [/engine\.io-client\/build\/esm\/socket\.js$/, withoutUnsetOptions],
  [/engine\.io-client\/build\/esm\/transports\/websocket\.js$/, withPlainWebSocket],
];

const pared = {
  name: 'pared',
  setup({ onLoad }) {
    for (const [filter, pare] of PARED)
      onLoad({ filter }, async ({ path }) => ({ contents: pare(await readFile(path, 'utf8')) }));
  },
};

const smallParts = standIns('small-sockets', INSTEAD_OF_SOCKETS_PARTS);
export const smallSockets = {
  name: 'small-sockets',
  setup(build) {
    smallParts.setup(build);
    pared.setup(build);
  },
};

/** Every browser that has `light-dark()`, which the page needs, supports adopted style sheets. */
const ADOPTED_SHEETS = `
  export const supportsAdoptingStyleSheets = true;
  export class CSSResult {
    constructor(cssText) { this.cssText = cssText; }
    get styleSheet() {
      if (this.sheet === undefined) (this.sheet = new CSSStyleSheet()).replaceSync(this.cssText);
      return this.sheet;
    }
  }
  export const unsafeCSS = (text) => new CSSResult(text);
  export const css = (strings, ...values) =>
    unsafeCSS(strings.reduce((text, next, index) => text + values[index - 1].cssText + next));
  export const getCompatibleStyle = (sheet) => sheet;
  export function adoptStyles(root, sheets) {
    root.adoptedStyleSheets = sheets.map(({ styleSheet }) => styleSheet);
  }`;

export const smallLit = standIns('small-lit', [[/reactive-element.*\/css-tag\.js$/, ADOPTED_SHEETS]]);

/** The page gives the room its own connection and language. */
export const smallElement = standIns('small-element', [
  [/\/src\/element\/own-connection\.ts$/, 'export const createOwnConnection = () => ({});'],
  [
    /\/src\/element\/page-language\.ts$/,
    "export const languageAround = () => ''; export const onLanguageAround = () => () => {};",
  ],
]);

/**
 * The page never shows the sentences in the client library's errors, which are for developers. It goes by the codes,
 * and has sentences of its own in six languages.
 */
export const withoutErrorSentences = (source) => source.replace(/'[A-Z][^'\n]* [^'\n]*\.'/g, "''");

/**
 * What the page asks for over HTTP.
 *
 * @throws if it is not there any more.
 */
export function withoutChanges(source) {
  const changes = /^ {4}(?:end|extend)Consultation: [\s\S]*?^ {4}\},\n/gm;
  if (source.match(changes)?.length !== 2) throw new Error('The client library changes nothing any more.');
  return source.replace(changes, '');
}

export const smallClient = {
  name: 'small-client',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/client\/[\w-]+\.ts$/ }, async ({ path }) => {
      const source = withoutErrorSentences(await readFile(path, 'utf8'));
      return { contents: /\/client\.ts$/.test(path) ? withoutChanges(source) : source, loader: 'ts' };
    }),
};
