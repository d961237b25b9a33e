import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** `CHAT_SCREENSHOTS=/some/folder` keeps a picture of each state in each look, for somebody to look at. */
const folder = process.env['CHAT_SCREENSHOTS'];

/** Whether pictures are asked for: then there is time to try every look of every state. */
export const takesPictures = folder !== undefined;

/** For a browser's context: pictures are sharp, also where a document shows them. */
export const picturesOptions = takesPictures ? { deviceScaleFactor: 2 } : {};

/** Keeps a picture of what is on the screen, where pictures are asked for. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
