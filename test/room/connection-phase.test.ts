import { describe, expect, it } from 'vitest';
import { ChatError, type ConnectionState } from '../../src/client/index.js';
import { phaseOf, wasOnlineAfter } from '../../src/room/connection-phase.js';

const error = new ChatError('auth.invalid', 'No.');
const connecting: ConnectionState = { state: 'connecting' };
const online: ConnectionState = { state: 'online' };
const lost: ConnectionState = { state: 'offline', willRetry: true };
const rests: ConnectionState = { state: 'offline', willRetry: false };
const signedOut: ConnectionState = { state: 'signed_out', error };
const closed: ConnectionState = { state: 'closed' };

/** What a page shows while the library goes through these states. */
function phases(...states: readonly ConnectionState[]) {
  let wasOnline = false;
  return states.map((state) => {
    wasOnline = wasOnlineAfter(state, wasOnline);
    return phaseOf(state, wasOnline);
  });
}

describe('the page’s word for the connection', () => {
  it('is connecting until there is a first connection, and reconnecting after it', () => {
    expect(phases(connecting, lost, connecting, online, lost, connecting, online)).toEqual([
      'connecting',
      'connecting',
      'connecting',
      'online',
      'reconnecting',
      'reconnecting',
      'online',
    ]);
  });

  it('begins anew after somebody disconnected, or was signed out', () => {
    expect(phases(online, rests, connecting)).toEqual(['online', 'offline', 'connecting']);
    expect(phases(online, signedOut, connecting)).toEqual(['online', 'signed-out', 'connecting']);
  });

  it('says nothing once all is closed', () => {
    expect(phases(online, closed)).toEqual(['online', null]);
  });
});
