import type { News, Peers } from '../../src/application/ports/peers.js';
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
];

/** A server that takes such news for something else. */
function deaf(peers: Peers, isUnheard: (news: News) => boolean): Peers {
  const nothing: News = { type: 'moved', streams: [] };
  return hearing(peers, ({ heard, interrupted }) => ({
    heard: (message) => heard(isUnheard(message.news) ? { ...message, news: nothing } : message),
    interrupted,
  }));
}
