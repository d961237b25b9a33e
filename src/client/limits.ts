/** Messages of one consultation that wait for their acknowledgement; one more is refused with `client.outbox_full`. */
export const MAX_OUTBOX_MESSAGES = 200;
/**
 * UTF-16 units of one message: more than the server takes, but so few that the packet stays below the 64 KiB for which
 * the server would cut the connection, even if each unit travels as `\uXXXX`.
 */
export const MAX_CONTENT_UNITS = 10_000;
/** Characters of a `clientMessageId`. */
export const MAX_ID_UNITS = 64;
/** Messages on the wire at the same time, unless told otherwise. */
export const DEFAULT_MAX_IN_FLIGHT = 8;
/** Messages held back behind a gap; what lies beyond is fetched again when the gap is filled. */
export const MAX_HELD_MESSAGES = 1_000;
/** Messages asked for at once: the most that the server gives. Half as many after each page that did not come. */
export const PAGE_MESSAGES = 200;
/** Pages of history asked for at the same time. */
export const MAX_HISTORY_REQUESTS = 8;
/** People who are told of as present, or as typing, at most. */
export const MAX_PEOPLE = 200;

/**
 * The server answers within 5 s or never: after this much silence the connection counts as broken. Whatever arrives
 * breaks the silence, because on a slow connection an answer waits behind the answers to earlier requests.
 */
export const ANSWER_TIMEOUT_MS = 10_000;
/**
 * A large answer comes as a whole, with silence before it: while a page is asked for, so many times as much is allowed.
 */
export const PAGE_SILENCE_FACTOR = 2;
/**
 * A request waits so many times as long at most, whatever else arrives meanwhile: the server has forgotten it by then.
 */
export const MAX_WAIT_FACTOR = 6;
/** For one attempt to connect. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that lasted this long has proved itself: the next loss starts from the shortest delay. */
export const STABLE_CONNECTION_MS = 10_000;
/**
 * Failures in a row that nobody explains until the client says that the chat cannot be reached: after some seconds, which
 * a restart of the server takes, too.
 */
export const MAX_UNEXPLAINED_FAILURES = 4;
/** Connections in a row that answered nothing until the server counts as no chat: one may have met a server that hung. */
export const MAX_SILENT_CONNECTIONS = 2;
/** Connections in a row whose session is unknown until that is told: one may have met a server that started anew. */
export const MAX_UNKNOWN_SESSIONS = 2;

/** The application gets this long for a token. */
export const TOKEN_TIMEOUT_MS = 10_000;
/** Failures to get a token, one after the other, until the client counts as signed out: more than a minute of them. */
export const MAX_TOKEN_FAILURES = 10;
/** The same for tokens that the server calls expired, though they are said to be fresh. */
export const MAX_STALE_TOKENS = 3;
/** The next token is asked for not sooner and not later than this. */
export const MIN_RENEWAL_MS = 1_000;
export const MAX_RENEWAL_MS = 86_400_000;

/** Before the first repeat; doubles from there. */
export const BASE_DELAY_MS = 500;
export const MAX_DELAY_MS = 15_000;
/** Of what a server asks for with `retryAfterMs`, no more than this is honoured. */
export const MAX_RETRY_AFTER_MS = 300_000;

/** Typing that goes on is told again this often. */
export const TYPING_REPEAT_MS = 3_000;
/** The user's own typing has ended after this long without another key. */
export const TYPING_IDLE_MS = 5_000;
/** Somebody's typing that was not told again for this long has ended. */
export const TYPING_EXPIRY_MS = 8_000;
/** Read marks within this time travel as one. */
export const READ_MARK_DELAY_MS = 250;
