import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Broadcaster, ConnectionId } from '../../src/application/ports/broadcaster.js';
import type { ChatMessage, Notification } from '../../src/application/ports/notification.js';

/** What a client can tell of a notification, whatever it looks like on the wire. */
export interface Heard {
  readonly type: Notification['type'];
  readonly consultationId: string;
  /** The content of a message; null for other notifications. */
  readonly seq: number | null;
}

/** One live connection, as the client sees it. */
export interface Listener {
  readonly connectionId: ConnectionId;
  /** Resolves with everything heard so far, as soon as that is `count` notifications. */
  heard(count: number): Promise<readonly Heard[]>;
  /** Resolves when the broadcaster's side knows that the connection is gone. */
  disconnect(): Promise<void>;
}

export interface BroadcasterUnderTest {
  readonly broadcaster: Broadcaster;
  connect(): Promise<Listener>;
  close(): Promise<void>;
}

const PARTIES = { patient: { id: 'patient-1', name: 'Mx One' }, doctor: { id: 'doctor-1', name: 'Dr One' } };

function message(consultationId: string, seq: number, content = 'hello'): Notification {
  const stored: ChatMessage = {
    messageId: `${consultationId}-message-${seq}`,
    consultationId,
    seq,
    sender: 'user',
    content,
    clientMessageId: null,
    sentAt: 0,
    ...PARTIES,
  };
  return { type: 'new_message', message: stored };
}

function ready(consultationId: string): Notification {
  return { type: 'doctor_ready', consultationId, doctorId: 'doctor-1' };
}

/** What `src/application/ports/broadcaster.ts` says, for every adapter of it. */
export function describeBroadcasterContract(name: string, open: () => Promise<BroadcasterUnderTest>): void {
  describe(`${name}: broadcaster`, () => {
    let subject: BroadcasterUnderTest;
    let broadcaster: Broadcaster;
    beforeEach(async () => {
      subject = await open();
      broadcaster = subject.broadcaster;
    });
    afterEach(() => subject.close());

    /** Everything that is heard before a mark that is sent now. What has not come by then does not come. */
    async function allHeardBy(listener: Listener): Promise<readonly string[]> {
      broadcaster.notify(listener.connectionId, ready('the-mark'));
      for (let count = 1; ; count += 1) {
        const heard = await listener.heard(count);
        const mark = heard.findIndex(({ consultationId }) => consultationId === 'the-mark');
        if (mark >= 0) return heard.slice(0, mark).map(describeHeard);
      }
    }

    test('publishes to everybody who was admitted, also to the sender, and to nobody else', async () => {
      const [one, two, other, outside] = [
        await subject.connect(),
        await subject.connect(),
        await subject.connect(),
        await subject.connect(),
      ];
      broadcaster.admit(one.connectionId, 'c-1');
      broadcaster.admit(two.connectionId, 'c-1');
      broadcaster.admit(other.connectionId, 'c-2');
      broadcaster.publish('c-1', message('c-1', 1));
      broadcaster.publish('c-2', message('c-2', 1));
      expect(await allHeardBy(one)).toEqual(['new_message c-1 1']);
      expect(await allHeardBy(two)).toEqual(['new_message c-1 1']);
      expect(await allHeardBy(other)).toEqual(['new_message c-2 1']);
      expect(await allHeardBy(outside)).toEqual([]);
    });

    test('leaves out the one connection that is named', async () => {
      const [one, two] = [await subject.connect(), await subject.connect()];
      broadcaster.admit(one.connectionId, 'c-1');
      broadcaster.admit(two.connectionId, 'c-1');
      broadcaster.publish('c-1', ready('c-1'), one.connectionId);
      broadcaster.publish('c-1', ready('c-1'), 'no-such-connection');
      expect(await allHeardBy(one)).toEqual(['doctor_ready c-1']);
      expect(await allHeardBy(two)).toEqual(['doctor_ready c-1', 'doctor_ready c-1']);
    });

    test('keeps the order of the calls, across rooms and kinds', async () => {
      const listener = await subject.connect();
      broadcaster.admit(listener.connectionId, 'c-1');
      broadcaster.admit(listener.connectionId, 'c-2');
      const expected: string[] = [];
      for (let seq = 1; seq <= 50; seq += 1) {
        const room = seq % 2 === 0 ? 'c-1' : 'c-2';
        broadcaster.publish(room, message(room, seq));
        expected.push(`new_message ${room} ${seq}`);
        if (seq % 10 === 0) {
          broadcaster.notify(listener.connectionId, ready(room));
          expected.push(`doctor_ready ${room}`);
        }
      }
      expect(await allHeardBy(listener)).toEqual(expected);
    });

    test('admits and dismisses at once, even when it is asked repeatedly', async () => {
      const listener = await subject.connect();
      broadcaster.publish('c-1', message('c-1', 1));
      broadcaster.admit(listener.connectionId, 'c-1');
      broadcaster.admit(listener.connectionId, 'c-1');
      broadcaster.publish('c-1', message('c-1', 2));
      broadcaster.dismiss(listener.connectionId, 'c-1');
      broadcaster.dismiss(listener.connectionId, 'c-1');
      broadcaster.publish('c-1', message('c-1', 3));
      broadcaster.admit(listener.connectionId, 'c-1');
      broadcaster.publish('c-1', message('c-1', 4));
      expect(await allHeardBy(listener)).toEqual(['new_message c-1 2', 'new_message c-1 4']);
    });

    test('ignores connections that it does not know', async () => {
      const listener = await subject.connect();
      broadcaster.admit('no-such-connection', 'c-1');
      broadcaster.dismiss('no-such-connection', 'c-1');
      broadcaster.notify('no-such-connection', ready('c-1'));
      broadcaster.publish('c-1', ready('c-1'));
      expect(await allHeardBy(listener)).toEqual([]);
    });

    test('goes on when a connection is gone', async () => {
      const [gone, stays] = [await subject.connect(), await subject.connect()];
      broadcaster.admit(gone.connectionId, 'c-1');
      broadcaster.admit(stays.connectionId, 'c-1');
      await gone.disconnect();
      broadcaster.publish('c-1', message('c-1', 1));
      broadcaster.notify(gone.connectionId, ready('c-1'));
      broadcaster.admit(gone.connectionId, 'c-2');
      broadcaster.publish('c-2', message('c-2', 1));
      expect(await allHeardBy(stays)).toEqual(['new_message c-1 1']);
      expect(await gone.heard(0)).toEqual([]);
    });

    test.each(['__proto__', 'constructor', 'the_other-one'])(
      'has a room for %s as for any other',
      async (id) => {
        const [inside, outside] = [await subject.connect(), await subject.connect()];
        broadcaster.admit(inside.connectionId, id);
        broadcaster.publish(id, message(id, 1));
        expect(await allHeardBy(inside)).toEqual([`new_message ${id} 1`]);
        expect(await allHeardBy(outside)).toEqual([]);
      },
    );

    test('a room with the name of a connection is not that connection', async () => {
      const [one, two] = [await subject.connect(), await subject.connect()];
      broadcaster.publish(one.connectionId, ready(one.connectionId));
      broadcaster.admit(two.connectionId, one.connectionId);
      broadcaster.notify(one.connectionId, ready('c-1'));
      expect(await allHeardBy(one)).toEqual(['doctor_ready c-1']);
      expect(await allHeardBy(two)).toEqual([]);
    });
  });
}

function describeHeard({ type, consultationId, seq }: Heard): string {
  return seq === null ? `${type} ${consultationId}` : `${type} ${consultationId} ${seq}`;
}
