import type { Config } from '../config.js';
import { sentenceOfError } from './say.js';

/** A sentence about why a server cannot start. */
export function explain(error: unknown, config: Config | undefined): string {
  // An error about a file has a path, and is not about the port.
  if (error instanceof Error && 'path' in error) return sentenceOfError(error);
  switch (error instanceof Error && 'code' in error && error.code) {
    case 'EADDRINUSE':
      return `PORT ${config?.port} is in use by another program`;
    case 'EACCES':
      return `PORT ${config?.port} may not be used by this account`;
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return `HOST ${config?.host} is not an address of this machine`;
    default:
      return sentenceOfError(error);
  }
}
