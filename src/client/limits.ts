/**
 * How many messages of one consultation may wait for their acknowledgement. Further ones are refused with
 * `client.outbox_full`.
 */
export const MAX_OUTBOX_MESSAGES = 200;
/**
 * The longest message, in UTF-16 units. The server takes less, but up to this length the packet stays below 64 KiB,
 * beyond which the server would cut the connection, even if each unit travels as `\uXXXX`.
 */
export const MAX_CONTENT_UNITS = 10_000;
/** The longest `clientMessageId`, in characters. */
export const MAX_ID_UNITS = 64;
/** How many messages are on the wire at the same time, unless told otherwise. */
export const DEFAULT_MAX_IN_FLIGHT = 8;
/** How many messages after a gap are held back. Further ones are fetched again when the gap is filled. */
export const MAX_HELD_MESSAGES = 1_000;
/**
 * How many messages are asked for at once: the most that the server gives, and half as many after each page that did
 * not arrive.
 */
export const PAGE_MESSAGES = 200;
/** How many pages of history are asked for at the same time. */
export const MAX_HISTORY_REQUESTS = 8;
/** How many people are listed as present, or as typing, at most. */
export const MAX_PEOPLE = 200;

/**
 * How long the connection may be silent while a request waits, in ms, before it counts as broken. The server answers
 * within 5 s or never. Whatever arrives ends the silence, because on a slow connection an answer waits for the
 * answers to earlier requests.
 */
export const ANSWER_TIMEOUT_MS = 10_000;
/**
 * The factor by which the silence may be longer while a page is asked for, because a large answer arrives as a whole,
 * with silence before it.
 */
export const PAGE_SILENCE_FACTOR = 2;
/**
 * The factor of the silence that a request may wait in all, whatever else arrives meanwhile. The server has forgotten
 * the request by then.
 */
export const MAX_WAIT_FACTOR = 6;
/** How long one attempt to connect may take, in ms. */
export const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A connection that has lasted this long, in ms, counts as good. After its loss, delays begin with the shortest again.
 */
export const STABLE_CONNECTION_MS = 10_000;
/**
 * After this many failures in a row without a known cause, the client reports that the chat cannot be reached. This
 * takes some seconds, as a restart of the server does.
 */
export const MAX_UNEXPLAINED_FAILURES = 4;
/**
 * After this many connections in a row on which nothing was answered, the server counts as no chat. A single one may
 * have met a server that hung.
 */
export const MAX_SILENT_CONNECTIONS = 2;
/**
 * After this many connections in a row that met an unknown session, this is reported. A single one may have met a
 * server that was restarted.
 */
export const MAX_UNKNOWN_SESSIONS = 2;

/** How long the application may take to get a token, in ms. */
export const TOKEN_TIMEOUT_MS = 10_000;
/**
 * After this many failures in a row to get a token, the client counts as signed out. They take more than a minute.
 */
export const MAX_TOKEN_FAILURES = 10;
/** The same for tokens that the server calls expired, although the application has just made them. */
export const MAX_STALE_TOKENS = 3;
/** The shortest and the longest time until the next token is asked for, in ms. */
export const MIN_RENEWAL_MS = 1_000;
export const MAX_RENEWAL_MS = 86_400_000;

/** The delay before the first repeat, in ms. It doubles with each further one. */
export const BASE_DELAY_MS = 500;
export const MAX_DELAY_MS = 15_000;
/** The longest pause that a server can ask for with `retryAfterMs`, in ms. */
export const MAX_RETRY_AFTER_MS = 300_000;

/** How often typing that goes on is reported again, in ms. */
export const TYPING_REPEAT_MS = 3_000;
/** How long after the last key the user's own typing has ended, in ms. */
export const TYPING_IDLE_MS = 5_000;
/** How long after its last report somebody else's typing has ended, in ms. */
export const TYPING_EXPIRY_MS = 8_000;
/** Read marks within this time, in ms, are sent as one. */
export const READ_MARK_DELAY_MS = 250;
