import { describe, expect, it, test } from 'vitest';
import { type ChatOptions, readChatConfig } from '../../src/config.js';
import { TEST_SECRET } from '../support/tokens.js';

/** A program without types gives anything. */
function read(options: object): unknown {
  return readChatConfig(options as ChatOptions, {});
}

describe('an option that is none', () => {
  test.each([
    ['jwtIsuer', 'jwtIssuer'],
    ['databaseShema', 'databaseSchema'],
    ['jwtRoleClam', 'jwtRoleClaim'],
    ['trustproxy', 'trustProxy'],
    ['authentificate', 'authenticate'],
    ['Path', 'path'],
  ])('%s is refused, and the nearest one named', (name, nearest) => {
    expect(() => read({ jwtSecret: TEST_SECRET, [name]: 'x' })).toThrow(
      `"${name}" is not an option; the nearest one is ${nearest}`,
    );
  });

  it('counts as left out where it is undefined', () => {
    expect(read({ jwtSecret: TEST_SECRET, jwtIsuer: undefined })).toMatchObject({ auth: { mode: 'jwt' } });
  });

  it('does not show its value', () => {
    expect(() => read({ jwtSecrett: TEST_SECRET })).toThrow(expect.not.stringContaining(TEST_SECRET));
  });
});

describe('a refusal', () => {
  test.each([
    [{ path: 'chat' }, 'path'],
    [{ jwtSecret: 'short' }, 'jwtSecret'],
    [{ authenticate: () => null, jwksUrl: 'https://issuer.example' }, 'jwksUrl'],
    [{ corsOrigin: 'nonsense', jwtSecret: TEST_SECRET }, 'corsOrigin'],
    [{ jwtRoles: { practitioner: 'Doctor' }, jwtSecret: TEST_SECRET }, 'jwtRoles'],
    [{ maxConnectionsPerAddress: 0 }, 'maxConnectionsPerAddress'],
  ])('names the option that the host has given: %j', (options, name) => {
    expect(() => read(options)).toThrow(new RegExp(`^[A-Z_]+ must .* \\(set by the option ${name}\\)$`));
  });

  it('names the variable where the environment says it', () => {
    expect(() => readChatConfig({}, { SOCKET_PATH: 'chat' })).toThrow(/^SOCKET_PATH must [^(]*$/);
  });
});
