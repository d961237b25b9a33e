import type { Route } from '../tcp-proxy.js';

/** What stands in front of several processes: who comes stays with the same one for as long as that can be. */
export interface Balancer {
  /**
   * For one client. It goes to the first port, stays there until nobody listens or it takes nobody any more, then goes
   * to the next one in its own order that takes people, and stays there.
   */
  sticky(order: readonly number[]): Route;
  /** For many clients with one connection each: each goes to the next port that takes people. */
  spread(): Route;
}

/** @param takesPeople whether the process behind a port says that it serves; if none does, clients stay where they are. */
export function createBalancer(ports: readonly number[], takesPeople: (port: number) => boolean): Balancer {
  /** The ports that come behind this one, round and round; it comes last. */
  function behind(order: readonly number[], port: number): number[] {
    const place = order.indexOf(port) + 1;
    return [...order.slice(place), ...order.slice(0, place)];
  }

  return {
    sticky: (order) => {
      let current = firstOf(order);
      let isGone = false;
      return {
        next: () => {
          if (!isGone && takesPeople(current)) return current;
          const others = behind(order, current);
          const better = others.find(takesPeople);
          // Where nobody takes people, one that answers is still better than one that is not there.
          current = better ?? (isGone ? firstOf(others) : current);
          isGone = false;
          return current;
        },
        unreachable: (port) => {
          if (port === current) isGone = true;
        },
      };
    },
    spread: () => {
      let last = firstOf(ports);
      return {
        next: () => {
          const others = behind(ports, last);
          last = others.find(takesPeople) ?? firstOf(others);
          return last;
        },
        unreachable: () => {},
      };
    },
  };
}

function firstOf(ports: readonly number[]): number {
  const [first] = ports;
  if (first === undefined) throw new Error('a balancer needs somebody to send clients to');
  return first;
}
