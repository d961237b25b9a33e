import { expect, test } from 'vitest';
import { createPeerSender } from '../../../src/application/peers/peer-sender.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { PeerMessage, Peers } from '../../../src/application/ports/peers.js';

function setUp(isToldByStore = false) {
  const sent: PeerMessage[] = [];
  const peers: Peers = {
    processId: 'own',
    mayHaveStored: () => true,
    isToldByStore,
    expectListeners: async () => {},
    send: (message) => void sent.push(message),
    listen: () => {},
  };
  const peerSender = createPeerSender(peers);
  peerSender.setHeard(true);
  return { sent, peerSender };
}

function recorded(version: number): RecordedEvent {
  return {
    streamId: 'consultation:c-1',
    version,
    event: { type: 'ConsultationEnded', data: { consultationId: 'c-1' } },
    actor: { kind: 'system', id: 'test' },
    occurredAt: 0,
  };
}

test('what is stored in one turn goes together, before what is said after it', async () => {
  const { sent, peerSender } = setUp();
  peerSender.stored([recorded(1)]);
  peerSender.stored([recorded(2), recorded(3)]);
  await Promise.resolve();
  await Promise.resolve();
  peerSender.stored([recorded(4)]);
  peerSender.send({ type: 'hello' });
  await Promise.resolve();
  await Promise.resolve();
  expect(
    sent.map(({ number, news }) => [
      number,
      news.type === 'stored' ? news.events.map(({ version }) => version) : news.type,
    ]),
  ).toEqual([
    [1, [1, 2, 3]],
    [2, [4]],
    [3, 'hello'],
  ]);
});

test('what the store tells is not told twice', async () => {
  const { sent, peerSender } = setUp(true);
  peerSender.stored([recorded(1)]);
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual([]);
});

test.each([true, false])(
  'what may have been stored without an answer is told by the process, too (the store tells: %s)',
  (isToldByStore) => {
    const { sent, peerSender } = setUp(isToldByStore);
    const streams = [{ streamId: 'consultation:c-1', version: 3 }] as const;
    peerSender.doubted(streams);
    expect(sent).toMatchObject([{ news: { type: 'moved', streams } }]);
  },
);

test('nothing more than who is meant goes out', () => {
  const { sent, peerSender } = setUp();
  const person = { consultationId: 'c-1', userId: 'u-1', sender: 'user', name: 'Mx Secret' } as const;
  peerSender.moved('arrived', person);
  peerSender.typing(person, true);
  expect(JSON.stringify(sent)).not.toContain('Secret');
});
