import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../support/scripted-chat-server.js';
import { openRoom, type Room, type RoomOptions } from './element-driver.js';

/**
 * Gives each test of a file, or of a `describe`, a scripted server of its own. The server and the rooms of a test are
 * closed after it.
 *
 * @param begun is given the server before each test.
 * @returns a function that opens a room on it. It may be called several times.
 */
export function useRooms(
  begun: (server: ScriptedChatServer) => void,
): (options?: RoomOptions) => Promise<Room> {
  let browser: Browser;
  let server: ScriptedChatServer;
  const rooms: Room[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    server = await openScriptedChatServer();
    begun(server);
  });
  afterEach(async () => {
    for (const room of rooms.splice(0)) await room.close();
    await server.close();
  });

  return async (options) => {
    const room = await openRoom(browser, server, options);
    rooms.push(room);
    return room;
  };
}
