import { describe, expect, test } from 'vitest';
import { SECOND_MS } from '../../../src/domain/instant.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { openMemoryApplication } from '../../support/memory-application.js';

/** The patient is present on two devices, the doctor on one. `heard` is what the doctor was told. */
async function openClinic() {
  const chat = openMemoryApplication();
  const { application, broadcaster, time } = chat;
  const consultationId = 'consultation-1';
  await openConsultation(application, { expiresAt: tomorrow(time.clock.now()) });
  for (const [connectionId, sender] of [
    ['phone', 'user'],
    ['laptop', 'user'],
    ['desk', 'doctor'],
  ] as const) {
    await chat.connect(connectionId).join({ consultationId, sender, after: null });
  }
  return {
    ...chat,
    type: (connectionId: string, isTyping: boolean) =>
      chat.session(connectionId).setTyping({ consultationId, isTyping }),
    heard: () =>
      broadcaster.inbox('desk').flatMap((heard) => (heard.type === 'typing' ? [heard.isTyping] : [])),
  };
}

describe('typing', () => {
  test('is repeated only after a while, and its end is told once', async () => {
    const { type, heard, time } = await openClinic();
    await type('phone', true);
    await type('phone', true);
    expect(heard()).toEqual([true]);
    await time.advance(2 * SECOND_MS);
    await type('phone', true);
    await type('phone', false);
    await type('phone', false);
    expect(heard()).toEqual([true, true, false]);
  });

  test('of one person on two devices counts once, and goes on until both have stopped', async () => {
    const { session, type, heard, disconnect } = await openClinic();
    await type('phone', true);
    await type('laptop', true);
    expect(heard()).toEqual([true]);
    session('phone').leave('consultation-1');
    expect(heard()).toEqual([true]);
    disconnect('laptop');
    expect(heard()).toEqual([true, false]);
  });

  test('needs a join', async () => {
    const { session, type } = await openClinic();
    session('phone').leave('consultation-1');
    expect(await type('phone', true)).toMatchObject({ outcome: 'refused', code: 'request.invalid' });
  });
});
