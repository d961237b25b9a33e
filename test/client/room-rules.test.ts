import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/client/chat-error.js';
import { checkSend } from '../../src/client/check-send.js';
import { createJoins } from '../../src/client/joins.js';
import { MAX_CONTENT_UNITS, MAX_ID_UNITS } from '../../src/client/limits.js';
import { startOf, startWithin } from '../../src/client/reading-start.js';
import { isInside, isNews, isWanted, type RoomState } from '../../src/client/room-state.js';

const error = new ChatError('server.error', 'No.');
const states: readonly RoomState[] = [
  { state: 'joining' },
  { state: 'catching_up' },
  { state: 'live' },
  { state: 'left' },
  { state: 'refused', error },
  { state: 'closed' },
];
const where = (holds: (state: RoomState) => boolean): string[] =>
  states.filter(holds).map(({ state }) => state);

describe('a room’s state', () => {
  it('is inside from the answer on, and wanted from the question on', () => {
    expect(where(isInside)).toEqual(['catching_up', 'live']);
    expect(where(isWanted)).toEqual(['joining', 'catching_up', 'live']);
  });

  it('is news when it is another one, or when an error comes or goes', () => {
    expect(isNews({ state: 'live' }, { state: 'live' })).toBe(false);
    expect(isNews({ state: 'live' }, { state: 'left' })).toBe(true);
    expect(isNews({ state: 'joining', error }, { state: 'joining', error })).toBe(true);
    expect(isNews({ state: 'joining', error }, { state: 'joining' })).toBe(true);
  });
});

describe('where reading begins', () => {
  it.each([
    ['start', 0, 0],
    ['now', null, 50],
    [7, 7, 7],
    [{ last: 20 }, null, 30],
    [{ last: 80 }, null, 0],
  ] as const)('from %o: behind %s, and behind %s of 50 messages', (from, known, behind) => {
    expect([startOf(from), startWithin(50, from)]).toEqual([known, behind]);
  });
});

describe('what need not travel to be refused', () => {
  it.each([
    ['the longest content', 'user', MAX_CONTENT_UNITS, MAX_ID_UNITS, undefined],
    ['content that would cost the connection', 'user', MAX_CONTENT_UNITS + 1, 1, 'request.invalid'],
    ['an empty id', 'user', 1, 0, 'request.invalid'],
    ['an id that is too long', 'doctor', 1, MAX_ID_UNITS + 1, 'request.invalid'],
    ['an onlooker’s message', null, 1, 1, 'request.invalid'],
  ] as const)('%s', (_name, sender, units, idUnits, code) => {
    expect(checkSend(sender, 'x'.repeat(units), 'i'.repeat(idUnits))?.code).toBe(code);
  });
});

describe('those who wait to be inside', () => {
  const joined = {} as never;

  it('share one promise, and later ones get what the first ones got', async () => {
    const joins = createJoins();
    const first = joins.wait({ state: 'joining' });
    expect(joins.wait({ state: 'joining' })).toBe(first);
    joins.joined(joined);
    expect(await first).toBe(joined);
    expect(await joins.wait({ state: 'live' })).toBe(joined);
  });

  it.each([
    [{ state: 'refused', error }, 'server.error'],
    [{ state: 'left' }, 'client.closed'],
    [{ state: 'closed' }, 'client.closed'],
  ] as const)('hear of %o', async (state, code) => {
    const joins = createJoins();
    const waiting = joins.wait({ state: 'joining' });
    joins.stateChanged(state);
    await expect(waiting).rejects.toMatchObject({ code });
  });
});
