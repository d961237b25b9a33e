import * as fc from 'fast-check';
import { Encoder, type Packet, PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { PlainEncoder, sendPlain } from '../../../src/adapters/socketio/plain-encoder.js';

const library = new Encoder();
const encoder = new PlainEncoder();

const payloads = fc.dictionary(fc.string(), fc.jsonValue());
const namespaces = fc.constantFrom('/', '/other');
const events = fc.record({
  type: fc.constant(PacketType.EVENT),
  nsp: namespaces,
  data: fc.tuple(fc.string(), payloads),
});
const answers = fc.record({
  type: fc.constant(PacketType.ACK),
  nsp: namespaces,
  id: fc.nat(),
  data: fc.tuple(payloads),
});

function encodedAsPlain(packet: Packet, payload: object): unknown[] {
  let encoded: unknown[] = [];
  sendPlain(payload, () => {
    encoded = encoder.encode(packet);
  });
  return encoded;
}

/** What stands behind the packet's type, namespace and number. */
function parsed([text]: unknown[]): unknown {
  const written = String(text);
  return [written.slice(0, written.indexOf('[')), JSON.parse(written.slice(written.indexOf('[')))];
}

describe('what is said to hold no binary data', () => {
  it('is written as the library writes it', () => {
    fc.assert(
      fc.property(fc.oneof(events, answers), (packet) => {
        const payload = packet.data[packet.data.length - 1] as object;
        expect(encodedAsPlain(packet, payload)).toEqual(library.encode(packet));
      }),
    );
  });

  it('is written as the library writes it where the answer holds a page of messages', () => {
    const page = fc.array(payloads);
    fc.assert(
      fc.property(answers, payloads, page, (packet, fields, messages) => {
        const answer = { ...fields, ok: true, messages };
        const packets = [answer, { ...answer, again: true }].map((payload) => ({
          ...packet,
          data: [payload],
        }));
        for (const one of packets) {
          expect(parsed(encodedAsPlain(one, one.data[0] as object))).toEqual(parsed(library.encode(one)));
        }
      }),
    );
  });

  it('has a page of messages written once for all who get it', () => {
    let written = 0;
    const message = {
      toJSON: () => {
        written += 1;
        return { written };
      },
    };
    const messages = [message];
    const texts = [1, 2].map((id) => {
      const answer = { ok: true, headSeq: id, messages };
      return encodedAsPlain({ type: PacketType.ACK, nsp: '/', id, data: [answer] }, answer);
    });
    expect(texts).toEqual([
      ['31[{"ok":true,"headSeq":1,"messages":[{"written":1}]}]'],
      ['32[{"ok":true,"headSeq":2,"messages":[{"written":1}]}]'],
    ]);
  });

  it('is not looked through', () => {
    const payload = { ok: true, bytes: Buffer.from('x') };
    const packet = { type: PacketType.ACK, nsp: '/', id: 7, data: [payload] };
    expect(encodedAsPlain(packet, payload)).toEqual([`37${JSON.stringify([payload])}`]);
  });
});

describe('what a host application sends', () => {
  const packet = { type: PacketType.EVENT, nsp: '/', data: ['picture', Buffer.from('x')] };

  it('is looked through for binary data', () => {
    expect(encoder.encode(packet)).toEqual(library.encode(packet));
    expect(encoder.encode(packet)).toHaveLength(2);
  });

  it('is looked through even while something of the chat is sent, and after that failed', () => {
    expect(encodedAsPlain(packet, { ok: true })).toEqual(library.encode(packet));
    const failing = () =>
      sendPlain(packet, () => {
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(encoder.encode({ ...packet, data: ['event', packet] })).toEqual(
      library.encode({ ...packet, data: ['event', packet] }),
    );
  });
});
