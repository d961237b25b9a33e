import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { type ChatHarness, collect, openChat } from './chat-harness.js';

let chat: ChatHarness;

beforeAll(async () => {
  chat = await openChat();
  const expiresAt = tomorrow(chat.time.clock.now());
  await openConsultation(chat.application, { consultationId: 'c-1', expiresAt });
});
afterEach(() => chat.disconnectClients());
afterAll(() => chat.close());

/** A client of long polling that writes its own bytes. */
async function openPolling() {
  const address = `${chat.url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1)) as { sid: string };
  const poll = () => fetch(`${address}&sid=${sid}`);
  const post = (...pieces: readonly Buffer[]) =>
    new Promise<number>((resolve, reject) => {
      const sent = httpRequest(`${address}&sid=${sid}`, { method: 'POST' }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      });
      sent.once('error', reject);
      const sendFrom = (index: number): void => {
        const piece = pieces[index];
        if (piece === undefined) sent.end();
        else sent.write(piece, () => setImmediate(sendFrom, index + 1));
      };
      sent.flushHeaders();
      sendFrom(0);
    });
  await post(Buffer.from('40'));
  await poll();
  await post(Buffer.from('420["join_consultation","c-1"]'));
  return { poll, post };
}

const saying = (content: string | Buffer) =>
  Buffer.concat([
    Buffer.from('421["send_message",{"consultationId":"c-1","sender":"user","content":"'),
    Buffer.from(content),
    Buffer.from('"}]'),
  ]);
const half = (whole: Buffer, at: number) => [whole.subarray(0, at), whole.subarray(at)] as const;

async function said(): Promise<readonly unknown[]> {
  const session = await chat.connect();
  const page = (await session.emitWithAck('get_messages', { consultationId: 'c-1' })) as {
    messages: readonly { content: unknown }[];
  };
  return page.messages.map(({ content }) => content);
}

it.each([
  ['Latin-1', [saying(Buffer.from('M\xFCller', 'latin1'))]],
  ['Latin-1, in pieces', half(saying(Buffer.from('M\xFCller', 'latin1')), 80)],
  ['half a character at the end', [saying('ok'), Buffer.from([0xc3])]],
])('long polling that is not UTF-8 says nothing, and ends: %s', async (_, pieces) => {
  const before = await said();
  const { poll, post } = await openPolling();
  await post(...pieces);
  // What had been said to it before is still delivered.
  let ended = await poll();
  while (ended.status === 200) ended = await poll();
  expect(ended.status).toBe(400);
  expect(await said()).toEqual(before);
});

it('characters that come in pieces are whole', async () => {
  const socket = await chat.connect();
  await socket.emitWithAck('join_consultation', 'c-1');
  const heard = collect(socket, 'new_message');
  const whole = saying('Zoë 𝒜');
  for (let at = whole.length - 9; at < whole.length - 2; at += 1) {
    const { post } = await openPolling();
    expect(await post(...half(whole, at))).toBe(200);
  }
  await expect.poll(() => heard.length).toBe(7);
  expect(new Set(heard.map((message) => message['content']))).toEqual(new Set(['Zoë 𝒜']));
});
