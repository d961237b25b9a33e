import { createServer } from 'node:http';
import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { closeChatSocket, getIO, initChatSocket, stopDoctorAvailabilityNotification } from '../src/index.js';
import { createTestDatabase } from './support/postgres.js';
import { TEST_SECRET } from './support/tokens.js';

test('before the chat runs, asking for it says what to do, and ending it is fine', async () => {
  expect(getIO).toThrow('await initChatSocket(server) first');
  await stopDoctorAvailabilityNotification();
  await closeChatSocket();
});

test('what is no HTTP server is refused before anything starts', async () => {
  for (const server of [express(), undefined, null, {}]) {
    await expect(initChatSocket(server as never)).rejects.toThrow(TypeError);
  }
  expect(getIO).toThrow();
});

test('a wrong option is refused by its variable, and another try may follow', async () => {
  const server = createServer();
  for (const _ of ['first', 'again']) {
    await expect(initChatSocket(server, { doctorReadyIntervalMs: 1 })).rejects.toThrow(
      'DOCTOR_READY_INTERVAL_MS',
    );
  }
});

test('a chat that cannot be attached is ended: another try finds its database free', async () => {
  const { databaseUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  onTestFinished(closeChatSocket);
  const options = { databaseUrl, jwtSecret: TEST_SECRET, logLevel: 'silent' } as const;
  const broken = Object.assign(createServer(), {
    prependListener: () => {
      throw new Error('cannot be listened to');
    },
  });
  await expect(initChatSocket(broken, options)).rejects.toThrow('cannot be listened to');
  expect(getIO).toThrow();
  const io = await initChatSocket(createServer(), options);
  expect(getIO()).toBe(io);
});
