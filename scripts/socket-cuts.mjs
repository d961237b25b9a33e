// The pages leave these parts out of modules of the socket libraries.

/** Methods of a connection that nobody calls here. Without `retries`, the library never has a queue. */
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
    if (!method.test(text)) throw new Error(`Socket.IO has no ${name}: see scripts/socket-cuts.mjs.`);
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

/** The code of engine.io for options that nobody sets here. The bundler leaves out code that can never run. */
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

/** The same for its WebSocket, which takes no options from a page. */
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

/** The same for a connection, which has no time limits on answers, no recovery, and never sends a reserved event. */
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
  // For developers who meet a server of another major version.
  [/new Error\("It seems you are [^"]*"\)/, 'new Error()'],
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
    if (text.search(found) < 0) throw new Error(`Socket.IO has no ${found}: see scripts/socket-cuts.mjs.`);
    return text.replace(found, instead);
  }, source);
}
export const withoutUnsetOptions = (source) => replaced(source, UNSET_OPTIONS);
export const withPlainWebSocket = (source) => replaced(source, UNSET_OPTIONS_OF_WEBSOCKET);
export const withPlainConnection = (source) => replaced(source, UNSET_OPTIONS_OF_CONNECTION);
export const withoutSharedManagers = (source) => replaced(source, UNSHARED_MANAGERS);
export const withoutReconnecting = (source) => replaced(source, WITHOUT_RECONNECTING);

/** The modules of the libraries that are pared, each with a function that returns what is left of it. */
export const PARED = [
  [/socket\.io-client\/build\/esm\/index\.js$/, withoutSharedManagers],
  [
    /socket\.io-client\/build\/esm\/socket\.js$/,
    (source) => withPlainConnection(withoutUnusedMethods(source)),
  ],
  [/socket\.io-client\/build\/esm\/manager\.js$/, withoutReconnecting],
  [/engine\.io-client\/build\/esm\/socket\.js$/, withoutUnsetOptions],
  [/engine\.io-client\/build\/esm\/transports\/websocket\.js$/, withPlainWebSocket],
];
