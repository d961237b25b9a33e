import type { ProcessId } from '../../../application/ports/peers.js';
import { MAX_PAYLOAD_BYTES } from './channel.js';

/** A message of more fragments is not sent. The limit protects the process that puts them together again. */
export const MAX_FRAGMENTS = 32;
/** The number of processes whose fragments are kept at a time. */
const MAX_SENDERS = 64;
const SIGN = '~';
const HEADER = /^~([\w-]{1,64}),(\d{1,15}),(\d{1,2}),(\d{1,2}),/;
const MAX_HEADER_BYTES = 1 + 64 + 1 + 15 + 3 + 3 + 1;
/** In units of a JavaScript string, each of which takes up to three bytes of UTF-8. */
const MAX_FRAGMENT_LENGTH = Math.floor((MAX_PAYLOAD_BYTES - MAX_HEADER_BYTES) / 3);

/** The text with which every fragment of this process begins, and no fragment of another one. */
export function fragmentStart(from: ProcessId): string {
  return `${SIGN}${from},`;
}

/** @returns a function that cuts a message into payloads: one if the message fits, none if it is too long. */
export function createCutter(from: ProcessId): (text: string) => readonly string[] {
  let messages = 0;
  return (text) => {
    if (Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES) return [text];
    const pieces = piecesOf(text);
    if (pieces.length > MAX_FRAGMENTS) return [];
    messages += 1;
    return pieces.map(
      (piece, index) => `${fragmentStart(from)}${messages},${index + 1},${pieces.length},${piece}`,
    );
  };
}

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + MAX_FRAGMENT_LENGTH, text.length);
    // Half of a surrogate pair would not arrive.
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}

interface Fragment {
  readonly from: ProcessId;
  readonly message: string;
  readonly index: number;
  readonly count: number;
  readonly piece: string;
}

function fragmentOf(payload: string): Fragment | null {
  const [header, from, message, index, count] = payload.startsWith(SIGN) ? (HEADER.exec(payload) ?? []) : [];
  if (header === undefined || from === undefined || message === undefined) return null;
  return { from, message, index: Number(index), count: Number(count), piece: payload.slice(header.length) };
}

interface Unfinished {
  readonly message: string;
  readonly pieces: string[];
}

/**
 * Puts the fragments of messages together, as they arrive in order. If a fragment is missing, the message is dropped,
 * and its missing number shows that.
 *
 * @returns a function from a payload to a whole message; null if the message is not complete yet.
 */
export function createJoiner(): (payload: string) => string | null {
  const unfinished = new Map<ProcessId, Unfinished>();

  function begin({ from, message, index }: Fragment): Unfinished | null {
    unfinished.delete(from);
    if (index !== 1) return null;
    const [oldest] = unfinished.keys();
    if (oldest !== undefined && unfinished.size >= MAX_SENDERS) unfinished.delete(oldest);
    const begun = { message, pieces: [] };
    unfinished.set(from, begun);
    return begun;
  }

  return (payload) => {
    const fragment = fragmentOf(payload);
    if (fragment === null) return payload;
    const { from, message, index, count, piece } = fragment;
    const before = unfinished.get(from);
    const goesOn = before?.message === message && before.pieces.length + 1 === index;
    const one = goesOn ? before : begin(fragment);
    if (one === null) return null;
    one.pieces.push(piece);
    if (one.pieces.length < Math.min(count, MAX_FRAGMENTS)) return null;
    unfinished.delete(from);
    return one.pieces.join('');
  };
}
