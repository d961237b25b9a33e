import { fileURLToPath } from 'node:url';
import type { HttpSite } from '../adapters/http/site.js';
import { createAsyncApiDocument } from '../adapters/socketio/asyncapi.js';
import { ownVersion } from '../cli/own-version.js';
import type { Config } from '../config.js';

const PAGE_DIRECTORY = fileURLToPath(new URL('../page', import.meta.url));

/** The options of the HTTP side that this very program decides. */
export async function httpSiteOf({ socketPath }: Config): Promise<Omit<HttpSite, 'ready' | 'isCutOff'>> {
  const version = await ownVersion();
  return {
    pageDirectory: PAGE_DIRECTORY,
    version,
    asyncapi: () => createAsyncApiDocument({ version, socketPath }),
  };
}
