import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';
import { environmentOf, readChatConfig, readConfig } from '../../src/config.js';

const CHAT_JWT_SECRET = 'a secret of thirty-two bytes, yes';
const CHAT_JWT_SECRET_PREVIOUS = 'the secret of thirty-two bytes before';
const CHAT_JWKS_URL = 'https://issuer.example/jwks.json';

describe('white space that nobody sees at the ends of a value stops the start, in words', () => {
  const AROUND = ['\n', '\r\n', ' ', '\t', '\uFEFF', '\0', '\u00A0'];
  test.each([
    ['CHAT_JWT_SECRET', CHAT_JWT_SECRET],
    ['CHAT_JWT_SECRET_PREVIOUS', CHAT_JWT_SECRET_PREVIOUS],
    ['CHAT_JWKS_URL', CHAT_JWKS_URL],
    ['CHAT_JWT_ISSUER', 'https://issuer.example/'],
    ['CHAT_JWT_AUDIENCE', 'chat'],
    ['CHAT_JWT_SUBJECT_CLAIM', 'sub'],
    ['CHAT_JWT_ROLE_CLAIM', 'role'],
  ])('%s', (name, value) => {
    const surroundings = name === 'CHAT_JWKS_URL' ? {} : { CHAT_JWT_SECRET };
    for (const unseen of AROUND) {
      for (const wrong of [`${value}${unseen}`, `${unseen}${value}`]) {
        const read = () => readConfig({ ...surroundings, [name]: wrong });
        expect(read, JSON.stringify(wrong)).toThrow(
          new ConfigError(
            `${name} must not begin or end with white space or a line break: files and editors add one unseen`,
          ),
        );
      }
    }
    expect(readConfig({ ...surroundings, [name]: value }).auth.mode).toBe('jwt');
  });
});

describe('two secrets at a time', () => {
  test('are the one that signs and the one before', () => {
    expect(readConfig({ CHAT_JWT_SECRET, CHAT_JWT_SECRET_PREVIOUS }).auth).toMatchObject({
      mode: 'jwt',
      key: { kind: 'secret', secret: CHAT_JWT_SECRET, previous: CHAT_JWT_SECRET_PREVIOUS },
    });
    const options = { jwtSecret: CHAT_JWT_SECRET, jwtSecretPrevious: CHAT_JWT_SECRET_PREVIOUS };
    expect(readChatConfig(options, {}).auth).toMatchObject({ key: { previous: CHAT_JWT_SECRET_PREVIOUS } });
  });

  test.each([
    [{ CHAT_JWT_SECRET_PREVIOUS }, 'CHAT_JWT_SECRET_PREVIOUS must not be set without CHAT_JWT_SECRET'],
    [
      { CHAT_JWT_SECRET_PREVIOUS, CHAT_JWKS_URL },
      'CHAT_JWT_SECRET_PREVIOUS must not be set without CHAT_JWT_SECRET',
    ],
    [
      { CHAT_JWT_SECRET, CHAT_JWT_SECRET_PREVIOUS: 'short' },
      'CHAT_JWT_SECRET_PREVIOUS must have 32 bytes or more',
    ],
  ])('%o is refused', (env, line) => {
    expect(() => readConfig(env)).toThrow(new ConfigError(line));
  });
});

describe('where an issuer says who somebody is', () => {
  const claimsOf = (env: Record<string, string>) => {
    const { auth } = readConfig({ CHAT_JWT_SECRET, ...env });
    const claims = auth.mode === 'jwt' ? auth.claims : undefined;
    return claims === undefined ? null : { ...claims, roles: Object.fromEntries(claims.roles) };
  };

  test('is sub and role unless told', () => {
    expect(claimsOf({})).toBeNull();
    expect(claimsOf({ CHAT_JWT_ROLE_CLAIM: 'role' })).toEqual({
      subject: 'sub',
      role: 'role',
      roles: { patient: 'patient', doctor: 'doctor', admin: 'admin' },
    });
  });

  test('is as it was set, in the environment or by a host application', () => {
    const expected = {
      subject: 'preferred_username',
      role: 'realm_access.roles',
      roles: { practitioner: 'doctor', physician: 'doctor', member: 'patient', 'a=b': 'admin' },
    };
    const CHAT_JWT_ROLES = 'practitioner=doctor, physician = doctor,member=patient,a=b=admin';
    const env = {
      CHAT_JWT_SUBJECT_CLAIM: expected.subject,
      CHAT_JWT_ROLE_CLAIM: expected.role,
      CHAT_JWT_ROLES,
    };
    expect(claimsOf(env)).toEqual(expected);
    const { roles } = { roles: expected.roles as Record<string, 'doctor' | 'patient' | 'admin'> };
    for (const jwtRoles of [roles, CHAT_JWT_ROLES]) {
      const options = { jwtSubjectClaim: expected.subject, jwtRoleClaim: expected.role, jwtRoles };
      expect(claimsOf(environmentOf(options))).toEqual(expected);
    }
  });

  test.each([
    'doctor',
    'practitioner=nurse',
    'practitioner=',
    '=doctor',
    'practitioner=doctor,',
    'practitioner=doctor,practitioner=patient',
    'practitioner=DOCTOR',
    ' ',
  ])('roles that are %o are refused', (CHAT_JWT_ROLES) => {
    expect(() => readConfig({ CHAT_JWT_SECRET, CHAT_JWT_ROLES })).toThrow(
      /^CHAT_JWT_ROLES must be a list like/,
    );
  });

  test('roles of nobody are refused, too', () => {
    expect(() => readChatConfig({ jwtSecret: CHAT_JWT_SECRET, jwtRoles: {} }, {})).toThrow(
      /^CHAT_JWT_ROLES must/,
    );
  });

  test.each(['CHAT_JWT_SUBJECT_CLAIM', 'CHAT_JWT_ROLE_CLAIM', 'CHAT_JWT_ROLES'])(
    '%s without a key is refused: a key was forgotten',
    (name) => {
      expect(() => readConfig({ [name]: 'member=patient' })).toThrow(
        new ConfigError(`CHAT_JWT_SECRET or CHAT_JWKS_URL must be set while ${name} is`),
      );
    },
  );

  test('none of it counts beside authenticate, and none of it may be given with it', () => {
    const authenticate = () => null;
    const env = { CHAT_JWT_ROLES: 'wrong', CHAT_JWT_SECRET_PREVIOUS: 'short', CHAT_JWT_ROLE_CLAIM: ' x' };
    expect(readChatConfig({ authenticate }, env).auth).toEqual({ mode: 'host', authenticate });
    for (const given of [{ jwtSecretPrevious: 'x' }, { jwtRoles: 'x' }, { jwtSubjectClaim: 'x' }]) {
      expect(() => readChatConfig({ authenticate, ...given }, {})).toThrow(
        /must not be set together with authenticate/,
      );
    }
  });
});
