import { describe, expect, it } from 'vitest';
import { patienceMs } from '../support/browser.js';
import type { ScriptedChatServer } from '../support/scripted-chat-server.js';
import type { Room } from './element-driver.js';
import { useRooms } from './use-rooms.js';

let server: ScriptedChatServer;
const openRoom = useRooms((opened) => {
  server = opened;
});
let room: Room | undefined;

const wait = { timeout: patienceMs };
const NOT_FOUND = { code: 'consultation.not_found', message: 'No.' } as const;
const EVERYTHING = `document.querySelector('consultation-chat').shadowRoot.textContent`;

/** A token as a server would sign it for somebody. Each one is another text. */
function tokenOf(sub: string, claims: object = {}): string {
  const payload = JSON.stringify({ sub, role: 'patient', ...claims });
  return `head.${Buffer.from(payload).toString('base64url')}.signature`;
}

async function openAs(token: string, attributes: Readonly<Record<string, string>> = {}): Promise<Room> {
  server.refuseTokens((given) =>
    given === undefined ? { code: 'auth.required', message: 'No.' } : undefined,
  );
  room = await openRoom({ attributes });
  await give(room, token);
  await room.opened();
  return room;
}

/** @returns everything that the element has shown or told until it was drawn again. */
async function give(of: Room, token: string | null): Promise<string> {
  return (await of.page.evaluate(`(async () => {
    const chat = document.querySelector('consultation-chat');
    window.told.length = 0;
    chat.token = ${JSON.stringify(token)};
    await chat.updateComplete;
    const drawn = [...chat.shadowRoot.querySelectorAll('textarea')].map((one) => one.value).join();
    return chat.shadowRoot.textContent + drawn + window.told.join();
  })()`)) as string;
}

async function openWithSecrets(): Promise<Room> {
  const opened = await openAs(tokenOf('anna'));
  server.store('doctor', 'A secret answer');
  await opened.element.locator('.bubble', { hasText: 'A secret answer' }).waitFor();
  await opened.draft.fill('half a sentence');
  return opened;
}

async function expectNothingLeft({ page, element, events }: Room): Promise<void> {
  await element.getByRole('heading', { name: 'This conversation cannot be opened' }).waitFor();
  expect(await page.evaluate(EVERYTHING)).not.toMatch(/secret|Lindqvist|duty|half/);
  expect(await element.getByRole('button', { name: 'Print the conversation' }).count()).toBe(0);
  expect((await events()).join()).not.toContain('"open"');
}

describe('the person of a room', () => {
  it('changes with the token, and the next one finds nothing of the one before', async () => {
    const opened = await openWithSecrets();
    server.refuseJoins(NOT_FOUND);
    expect(await give(opened, tokenOf('bert'))).not.toMatch(/secret|Lindqvist|duty|half/);
    await expectNothingLeft(opened);
    const keys = (await opened.page.evaluate(`Object.keys(sessionStorage).join(' ')`)) as string;
    expect(keys).toContain(':consultation-123:patient:draft');
    // Whoever wrote the draft has it again.
    server.refuseJoins(undefined);
    await give(opened, tokenOf('anna'));
    await expect.poll(() => opened.draft.inputValue(), wait).toBe('half a sentence');
  });

  it('changes with what `getToken` gives, too', async () => {
    const opened = await openWithSecrets();
    await opened.page.evaluate(`{ const chat = document.querySelector('consultation-chat');
      window.given = ${JSON.stringify(tokenOf('anna', { exp: 9_000_000_000 }))};
      chat.getToken = async () => window.given; }`);
    await opened.page.evaluate(`document.querySelector('consultation-chat').updateComplete`);
    server.refuseJoins(NOT_FOUND);
    await opened.page.evaluate(
      `{ window.told.length = 0; window.given = ${JSON.stringify(tokenOf('bert'))}; }`,
    );
    server.dropConnections();
    await expectNothingLeft(opened);
  });

  it('stays with a renewed token, which interrupts nothing', async () => {
    const opened = await openWithSecrets();
    const drawn = await give(opened, tokenOf('anna', { exp: 9_000_000_000, iat: 1, jti: 'x' }));
    expect(drawn).toContain('A secret answer');
    expect(drawn).toContain('half a sentence');
    server.store('doctor', 'And another one');
    await opened.element.locator('.bubble', { hasText: 'And another one' }).waitFor();
    expect((await opened.events()).filter((one) => one.startsWith('state'))).toEqual([]);
  });

  it('may be another one with each token that cannot be read, until the server has answered', async () => {
    const opened = await openAs('opaque-1');
    server.store('doctor', 'A secret answer');
    await opened.element.locator('.bubble', { hasText: 'A secret answer' }).waitFor();
    await opened.draft.fill('half a sentence');
    expect(await give(opened, 'opaque-2')).not.toMatch(/secret|Lindqvist|duty|half/);
    await expect.poll(() => opened.draft.inputValue(), wait).toBe('half a sentence');
    await opened.element.locator('.bubble', { hasText: 'A secret answer' }).waitFor();
    server.refuseJoins(NOT_FOUND);
    await give(opened, 'opaque-3');
    await expectNothingLeft(opened);
  });

  it('is nobody once the token is taken away', async () => {
    const opened = await openWithSecrets();
    expect(await give(opened, null)).not.toMatch(/secret|Lindqvist|duty|half/);
    await opened.element.getByRole('status').getByText('Connecting').waitFor();
  });

  it.each([
    ['a token that cannot be read', `chat.token = 'opaque-2';`],
    ['the same token', `chat.token = null; await chat.updateComplete; chat.token = 'opaque-1';`],
    ['another function', `chat.getToken = async () => 'opaque-2';`],
  ])('that was refused is let in with %s, once the server lets it in', async (_what, signIn) => {
    const opened = await openAs('opaque-1');
    await opened.page.evaluate('window.told.length = 0');
    server.refuseJoins(NOT_FOUND);
    server.dropConnections();
    await opened.element.getByRole('heading', { name: 'This conversation cannot be opened' }).waitFor();
    server.refuseJoins(undefined);
    await opened.page.evaluate(
      `(async () => { const chat = document.querySelector('consultation-chat'); ${signIn} })()`,
    );
    await opened.draft.waitFor();
  });

  it('is not let in any more, and nothing of the conversation is left', async () => {
    const opened = await openWithSecrets();
    await opened.page.evaluate('window.told.length = 0');
    server.refuseJoins(NOT_FOUND);
    server.dropConnections();
    await opened.element.getByRole('heading', { name: 'This conversation cannot be opened' }).waitFor();
    expect(await opened.page.evaluate(EVERYTHING)).not.toMatch(/secret|Lindqvist|duty|half/);
    expect(await opened.element.getByRole('button', { name: 'Print the conversation' }).count()).toBe(0);
    await opened.page.evaluate(`{ window.print = () => window.told.push('printed');
      document.querySelector('consultation-chat').print(); }`);
    expect(await opened.page.evaluate(EVERYTHING)).not.toContain('Preparing');
  });
});

describe('a room without a token yet', () => {
  it('waits for it, and does not say that a sign-in has ended', async () => {
    server.refuseTokens((given) =>
      given === undefined ? { code: 'auth.required', message: 'No.' } : undefined,
    );
    room = await openRoom();
    const state = 'state {"consultationId":"consultation-123","state":"connecting","reason":"auth.required"}';
    await expect.poll(() => room?.events(), wait).toContainEqual(state);
    await room.element.getByRole('status').getByText('Connecting').waitFor();
    expect(await room.element.getByRole('alert').count()).toBe(0);
    await give(room, tokenOf('anna'));
    await room.opened();
    expect((await room.events()).join()).not.toContain('signed-out');
    // Somebody who was signed in is told.
    server.endConnections({ code: 'auth.expired', message: 'No.' });
    await room.element.getByText('Your sign-in has ended').waitFor();
    await expect.poll(async () => (await room?.events())?.at(-1), wait).toContain('signed-out');
  });
});

describe('a room that no server answers for', () => {
  it('is offline after the first try, and says why once that is known', async () => {
    room = await openRoom({ attributes: { server: 'http://127.0.0.1:1' } });
    const offline = (reason: string) =>
      `state {"consultationId":"consultation-123","state":"offline","reason":${reason}}`;
    await expect.poll(() => room?.events(), wait).toContainEqual(offline('null'));
    await room.element.getByText('cannot be reached').waitFor();
    await expect
      .poll(() => room?.events(), wait)
      .toEqual([offline('null'), offline('"client.connection_failed"')]);
    // The next try is no other state.
    await room.page.waitForRequest(/socket\.io/);
    await room.page.evaluate('new Promise(requestAnimationFrame)');
    expect(await room.events()).toHaveLength(2);
  });
});

describe('the address of the server', () => {
  it('may have the path at which a host application has the pages, which is not that of its sockets', async () => {
    room = await openRoom({ attributes: { server: `${server.url}/chat/` } });
    await room.opened();
    expect(room.complaints).toEqual([]);
  });
});
