// Stand-ins for modules of the socket libraries in the pages.

/**
 * The modules that the socket libraries bring along for other users, each with its stand-in. The server has no
 * WebTransport, the chat sends everything as JSON, the client library reconnects by itself, and every browser that runs
 * this has `URL`.
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
