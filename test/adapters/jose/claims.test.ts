import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClaimNames } from '../../../src/adapters/jose/claims.js';
import type { Role } from '../../../src/application/ports/identity.js';
import { NOW, openGate, sign } from './jose-harness.js';

const ROLES: Readonly<Record<string, Role>> = {
  practitioner: 'doctor',
  physician: 'doctor',
  member: 'patient',
  'chat-admin': 'admin',
};

function names(subject: string, role: string, roles = ROLES): ClaimNames {
  return { subject, role, roles: new Map(Object.entries(roles)) };
}

/** Who the token's bearer is, or why nobody. */
async function whoIs(claims: Record<string, unknown>, of: ClaimNames): Promise<unknown> {
  const token = await sign({ claims: { sub: undefined, role: undefined, ...claims } });
  const answer = await openGate({ claims: of }).enter(token);
  if (answer.outcome === 'authenticated') return answer.identity.caller;
  return 'refusal' in answer ? answer.refusal.reason : answer.outcome;
}

/** An access token as Keycloak 26 makes it for a realm "clinic" and a client "chat.web", shortened. */
const KEYCLOAK = {
  jti: 'onrtac:5a2b1c1e-9f37-4f6a-a5d6-0a6f2d7b9c11',
  iss: 'https://sso.clinic.example/realms/clinic',
  aud: 'account',
  sub: '6f1f4f4e-2c2b-4a4b-9c0d-2f1f7f1f7a10',
  typ: 'Bearer',
  azp: 'chat.web',
  sid: '1c7f0d7e-8c7b-4d55-8d5e-4d0d1f0f3b5a',
  acr: '1',
  'allowed-origins': ['https://clinic.example'],
  realm_access: {
    roles: ['default-roles-clinic', 'offline_access', 'practitioner', 'uma_authorization'],
  },
  resource_access: {
    'chat.web': { roles: ['member'] },
    account: { roles: ['manage-account', 'view-profile'] },
  },
  scope: 'openid profile email',
  preferred_username: 'ada.okafor@clinic.example',
};

/** The same as Auth0 makes it, with the role in a claim that an Action has set: names of such claims are URLs. */
const AUTH0 = {
  iss: 'https://clinic.eu.auth0.com/',
  sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
  aud: ['https://chat.clinic.example', 'https://clinic.eu.auth0.com/userinfo'],
  azp: 'my_client_id',
  scope: 'openid profile',
  'https://clinic.example/roles': ['member'],
};

describe('tokens as Keycloak makes them', () => {
  test('roles of the realm are a nested list', async () => {
    const of = names('sub', 'realm_access.roles');
    expect(await whoIs(KEYCLOAK, of)).toEqual({ role: 'doctor', id: KEYCLOAK.sub });
  });

  test('roles of a client whose id has a dot', async () => {
    const of = names('preferred_username', 'resource_access.chat.web.roles');
    expect(await whoIs(KEYCLOAK, of)).toEqual({ role: 'patient', id: 'ada.okafor@clinic.example' });
  });

  test('without a role that counts, with two, or without the subject: nobody', async () => {
    const of = names('sub', 'realm_access.roles');
    const withRoles = (...roles: unknown[]) => ({ ...KEYCLOAK, realm_access: { roles } });
    expect(await whoIs(withRoles('offline_access'), of)).toBe('no_role');
    // A role of the chat's own name counts for nothing where others were named.
    expect(await whoIs(withRoles('admin', 'doctor'), of)).toBe('no_role');
    expect(await whoIs(withRoles('practitioner', 'member'), of)).toBe('ambiguous_role');
    expect(await whoIs(withRoles('practitioner', 'physician', 'practitioner'), of)).toMatchObject({
      role: 'doctor',
    });
    expect(await whoIs({ ...KEYCLOAK, sub: undefined }, of)).toBe('bad_subject');
  });
});

describe('tokens as Auth0 makes them', () => {
  test('an id with a bar, and a role under a URL', async () => {
    const of = names('sub', 'https://clinic.example/roles');
    expect(await whoIs(AUTH0, of)).toEqual({ role: 'patient', id: AUTH0.sub });
    const single = { ...AUTH0, 'https://clinic.example/roles': 'practitioner' };
    expect(await whoIs(single, of)).toEqual({ role: 'doctor', id: AUTH0.sub });
  });
});

describe('a claim is found', () => {
  test('by its exact name before by a path', async () => {
    const claims = { 'a.b': 'member', a: { b: 'practitioner' }, sub: 's' };
    expect(await whoIs(claims, names('sub', 'a.b'))).toMatchObject({ role: 'patient' });
    expect(await whoIs({ ...claims, 'a.b': undefined }, names('sub', 'a.b'))).toMatchObject({
      role: 'doctor',
    });
  });

  test('only where the token itself has it', async () => {
    for (const path of [
      '__proto__',
      'constructor.name',
      'toString',
      'roles.length',
      'roles.0',
      'a.',
      '.a',
      '.',
    ]) {
      expect(await whoIs({ sub: 's', roles: ['member'], a: 'member' }, names('sub', path)), path).toBe(
        'no_role',
      );
    }
    for (const value of ['toString', '__proto__', 'constructor']) {
      expect(await whoIs({ sub: 's', role: value }, names('sub', 'role'))).toBe('no_role');
    }
  });

  test('in claims of any shape, or nobody is let in', async () => {
    const of = names('who.id', 'who.roles');
    const claims = fc.record(
      { who: fc.oneof(fc.jsonValue(), fc.record({ id: fc.jsonValue(), roles: fc.jsonValue() })) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        expect(['bad_subject', 'no_role']).toContain(await whoIs(given, of));
      }),
      { numRuns: 200 },
    );
  });
});

test('ids as issuers make them', async () => {
  const ids = [
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'google-oauth2|103547991597142817347',
    'ada.okafor+chat@clinic.example',
    'urn:uuid:6f1f4f4e-2c2b-4a4b-9c0d-2f1f7f1f7a10',
    'waad|~x_1',
    '.',
    'x'.repeat(128),
  ];
  for (const sub of ids) {
    const answer = await openGate().enter(await sign({ sub, expiresIn: 60 }));
    expect(answer).toEqual({
      outcome: 'authenticated',
      identity: { caller: { role: 'patient', id: sub }, expiresAt: NOW + 60_000 },
    });
  }
  for (const sub of [
    '',
    'x'.repeat(129),
    'a b',
    'a/b',
    'a%7Cb',
    'a\\b',
    'ü',
    'a\n',
    'a,b',
    'a#b',
    'a?b',
    'a*',
  ]) {
    expect(await whoIs({ sub, role: 'member' }, names('sub', 'role')), sub).toBe('bad_subject');
  }
});
