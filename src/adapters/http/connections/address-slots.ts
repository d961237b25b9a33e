import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddressOf } from '../../edge/client-address.js';

/**
 * How many connections beyond the limit of their address get an answer that says so. Further ones are cut at once.
 */
const MAX_TO_BE_TOLD = 1_000;

/** The place of one connection, or of one request, among those that its address may have. */
export interface Slot {
  /** null when the connection or request is not counted. */
  readonly address: string | null;
  isTooMany: boolean;
}

export interface AddressSlotsOptions {
  readonly maxConnectionsPerAddress: number;
  readonly trustedProxies: number;
}

/**
 * Counts the connections of each address. Behind trusted proxies every connection is a proxy's, so there the requests
 * in flight are counted instead, by the client addresses that the proxies name.
 */
export interface AddressSlots {
  /** @returns null when the connection is so far beyond the limit that it gets no answer. */
  ofConnection(socket: Socket): Slot | null;
  /** @returns null when requests are not counted. */
  ofRequest(request: IncomingMessage): Slot | null;
  /** Whether the slot is within the limit. A slot that was beyond it moves into one that has become free since. */
  isWithin(slot: Slot): boolean;
  left(slot: Slot): void;
  answered(slot: Slot | null): void;
}

export function createAddressSlots(options: AddressSlotsOptions): AddressSlots {
  const { maxConnectionsPerAddress, trustedProxies } = options;
  const within = new Map<string, number>();
  const beyond = new Map<string, number>();

  const isFull = (address: string): boolean => (within.get(address) ?? 0) >= maxConnectionsPerAddress;

  function take(address: string): Slot {
    const isTooMany = isFull(address);
    add(isTooMany ? beyond : within, address, 1);
    return { address, isTooMany };
  }

  function leave({ address, isTooMany }: Slot): void {
    if (address !== null) add(isTooMany ? beyond : within, address, -1);
  }

  return {
    ofConnection: (socket) => {
      if (trustedProxies > 0) return { address: null, isTooMany: false };
      const address = clientAddressOf({ headers: {}, socket }, 0);
      return isFull(address) && (beyond.get(address) ?? 0) >= MAX_TO_BE_TOLD ? null : take(address);
    },
    ofRequest: (request) => (trustedProxies === 0 ? null : take(clientAddressOf(request, trustedProxies))),
    isWithin: (slot) => {
      if (!slot.isTooMany || slot.address === null) return true;
      if (isFull(slot.address)) return false;
      leave(slot);
      slot.isTooMany = false;
      add(within, slot.address, 1);
      return true;
    },
    left: leave,
    answered: (slot) => {
      if (slot !== null) leave(slot);
    },
  };
}

function add(counts: Map<string, number>, address: string, difference: number): void {
  const count = (counts.get(address) ?? 0) + difference;
  if (count > 0) counts.set(address, count);
  else counts.delete(address);
}
