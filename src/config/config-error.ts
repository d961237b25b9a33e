/** A value that the server cannot start with; the message is one line and names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
