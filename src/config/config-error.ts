/** A value with which the server cannot start. The message is one line and names the variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
