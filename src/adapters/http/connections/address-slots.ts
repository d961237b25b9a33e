import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientAddressOf } from '../../edge/client-address.js';

/** How many connections beyond the limit of one address get an answer that says so; any further ones are cut at once. */
const MAX_TO_BE_TOLD = 1_000;

/** The share that one connection, or one request, takes of the number that its address may have. */
export interface Slot {
  /** null when it is not counted. */
  readonly address: string | null;
  isTooMany: boolean;
}

export interface AddressSlotsOptions {
  readonly maxConnectionsPerAddress: number;
  readonly trustedProxies: number;
}

/**
 * How many connections each address has. Behind proxies of one's own they are all the proxies', and what is counted are the
 * requests under way of each address that the proxies name.
 */
export interface AddressSlots {
  /** @returns null when the connection is so far beyond the limit that it gets no answer. */
  ofConnection(socket: Socket): Slot | null;
  /** @returns null when requests are not counted. */
  ofRequest(request: IncomingMessage): Slot | null;
  /** Whether it is no longer too many: another one may have left its slot, which it then takes. */
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
