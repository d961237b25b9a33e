import type { DomainEvent } from '../../src/application/ports/event-store.js';
import type { InboxItem } from '../../src/application/ports/notification.js';
import type { News, PeerMessage, Peers } from '../../src/application/ports/peers.js';
import { hearing } from './bus.js';
import type { WorldOptions } from './world.js';

/** Each must be noticed, or the simulation is blind. */
export const defects: readonly (readonly [string, WorldOptions])[] = [
  [
    'a link that tells nobody who is present',
    {
      busDefect: (peers) => ({
        ...peers,
        send: (message) =>
          peers.send(
            message.news.type === 'roster' ? { ...message, news: { type: 'moved', streams: [] } } : message,
          ),
      }),
    },
  ],
  [
    'a server that keeps the people of one that is gone',
    {
      busDefect: (peers) =>
        hearing(peers, (listener) => {
          const heardOf = new Map<string, number>();
          return {
            heard: (message) => {
              const { from, number } = message;
              listener.heard(message);
              if (from !== peers.processId) heardOf.set(from, Math.max(number ?? 0, heardOf.get(from) ?? 0));
              // With each beat of its own it believes that all others have beaten, too.
              else if (message.news.type === 'alive')
                for (const [other, last] of heardOf) {
                  heardOf.set(other, last + 1);
                  listener.heard({ from: other, number: last + 1, news: message.news });
                }
            },
            interrupted: listener.interrupted,
          };
        }),
    },
  ],
  [
    'a server that refuses by what may be old',
    {
      busDefect: (peers) => {
        let calls = 0;
        return {
          ...peers,
          // Once for joining the others.
          mayHaveStored: () => {
            calls += 1;
            return calls === 1;
          },
        };
      },
    },
  ],
  [
    'a store that does not compare what a decision relied on',
    {
      defect: ({ eventStore }) => ({
        eventStore: { ...eventStore, append: ({ reliesOn: _, ...request }) => eventStore.append(request) },
      }),
    },
  ],
  [
    'a server that does not tell who comes at another one',
    { busDefect: (peers) => deaf(peers, ({ type }) => type === 'arrived') },
  ],
  [
    'servers that do not tell what they have stored, and rooms that do not look',
    {
      busDefect: (peers) => deaf(peers, ({ type }) => type === 'stored'),
      defect: ({ stateReader }) => ({
        stateReader: { ...stateReader, versions: async (ids) => ids.map(() => 0) },
      }),
    },
  ],
  ['holes and gaps that nobody notices', { busDefect: withoutHoles }],
  [
    'read marks that are not told at other servers',
    { busDefect: (peers) => forgetful(peers, 'MessagesRead') },
  ],
  ['messages that are not told at other servers', { busDefect: (peers) => forgetful(peers, 'MessageSent') }],
  [
    'a doctor whose new schedule is not told at other servers',
    { busDefect: (peers) => forgetful(peers, 'WeeklyWindowsSet') },
  ],
  [
    'typing that is not told at other servers',
    { busDefect: (peers) => deaf(peers, ({ type }) => type === 'typing') },
  ],
  [
    'a typist who types for ever, where their server was not heard',
    { busDefect: (peers) => deaf(peers, (news) => news.type === 'typing' && !news.isTyping) },
  ],
  [
    'an inbox that is not told who is present',
    { defect: withoutInboxOf(({ present }) => present.length > 1) },
  ],
  ['an inbox that is not told what was sent', { defect: withoutInboxOf(({ headSeq }) => headSeq > 0) }],
];

/** What shows only where the store tells, which does so while somebody is known to listen. */
export const storeDefects: readonly (readonly [string, WorldOptions])[] = [
  [
    'a server that stops telling when another one has gone',
    {
      busDefect: (peers) => {
        let isAlone = false;
        return {
          ...peers,
          expectListeners: async (areThere) => {
            isAlone ||= !areThere;
            await peers.expectListeners(areThere && !isAlone);
          },
        };
      },
    },
  ],
];

/** A server that takes such news for something else. */
function deaf(peers: Peers, isUnheard: (news: News) => boolean): Peers {
  const nothing: News = { type: 'moved', streams: [] };
  return hearing(peers, ({ heard, interrupted }) => ({
    heard: (message) => heard(isUnheard(message.news) ? { ...message, news: nothing } : message),
    interrupted,
  }));
}

/** A server that hears such events as if they had not been in what it is told. */
function forgetful(peers: Peers, type: DomainEvent['type']): Peers {
  return hearing(peers, ({ heard, interrupted }) => ({
    heard: (message) => {
      const { news } = message;
      if (news.type !== 'stored') return heard(message);
      const events = news.events.filter(({ event }) => event.type !== type);
      heard({ ...message, news: { ...news, events } });
    },
    interrupted,
  }));
}

/** A server that hears the numbers of each other one without holes, and never that its link was cut. */
function withoutHoles(peers: Peers): Peers {
  const heardOf = new Map<string, { last: number; count: number }>();
  function renumbered(message: PeerMessage): PeerMessage {
    const { from, number } = message;
    if (number === null || from === peers.processId) return message;
    const known = heardOf.get(from) ?? { last: number - 1, count: number - 1 };
    if (number > known.last) heardOf.set(from, { last: number, count: known.count + 1 });
    return { ...message, number: number > known.last ? known.count + 1 : known.count };
  }
  return hearing(peers, ({ heard }) => ({
    heard: (message) => heard(renumbered(message)),
    interrupted: () => {},
  }));
}

/** Servers that do not send such items. */
function withoutInboxOf(isUnsent: (item: InboxItem) => boolean): WorldOptions['defect'] {
  return ({ broadcaster }) => ({
    broadcaster: {
      ...broadcaster,
      notify: (connectionId, notification) => {
        if (notification.type === 'inbox_updated' && isUnsent(notification.item)) return;
        broadcaster.notify(connectionId, notification);
      },
    },
  });
}
