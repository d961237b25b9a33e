import swagger from '@fastify/swagger';
import swaggerPage from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { API_PAGE_POLICY } from '../security-headers.js';
import { API_SCHEMAS } from './api-schemas.js';

const DOCUMENT_PATH = '/api/openapi.json';
const PAGE_PATH = '/docs';

const TAGS = [
  { name: 'Doctors', description: 'Doctors, their weekly windows, and the dates that differ from them.' },
  { name: 'Patients', description: 'Patients.' },
  { name: 'Consultations', description: 'One patient and one doctor, who may talk while it is open.' },
  { name: 'Identity', description: 'Whom the server takes the caller for.' },
  { name: 'Records', description: 'Who did what and who saw what, for administrators.' },
];

const DESCRIPTION =
  'Runs the consultations of a clinic. What is changed here is seen at once by those who are connected by Socket.IO. ' +
  'Errors are RFC 9457 problem details with a stable `code`.';

/** Must be called before the routes that it documents are added. `version` is that of the product. */
export async function collectDocumentation(app: FastifyInstance, version: string): Promise<void> {
  const toObject = createJsonSchemaTransformObject({ schemaRegistry: API_SCHEMAS });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Consultation chat',
        version,
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      // Replaced by the address at which the document is read.
      servers: [{ url: '/' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Claims `sub`, `role` and `exp`. In demo mode nothing is asked for.',
          },
        },
      },
      security: [{ bearer: [] }],
    },
    transform: documentRoute,
    transformObject: (document) => withoutLeftovers(toObject(document)),
  });
}

const transform = createJsonSchemaTransform({ schemaRegistry: API_SCHEMAS });

/** Keeps only the routes with an `operationId`, which are the API, and copies the headers of their answers. */
const documentRoute: typeof transform = (route) => {
  const { schema = {} } = route;
  if (!('operationId' in schema)) return { schema: { hide: true }, url: route.url };
  const transformed = transform(route);
  const { response } = transformed.schema as { response: Record<string, Record<string, unknown>> };
  for (const [status, given] of Object.entries((schema as FastifySchema).response ?? {})) {
    const document = response[status];
    if (document !== undefined && 'headers' in given) document['headers'] = given.headers;
  }
  return transformed;
};

type OpenApi = ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>;

/**
 * Each schema exists twice, once for requests, named `…Input`, and once for answers. This removes those that nothing
 * uses, and gives the short name to a schema that only requests use.
 */
function withoutLeftovers(document: OpenApi): OpenApi {
  if (!('components' in document)) return document;
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part ?? {}).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(document.paths);
  const shortOf = (name: string): string => {
    const short = name.replace(/Input$/, '');
    return used.has(short) ? name : short;
  };
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  const named = kept.map(([name, schema]) => [shortOf(name), schema] as const);
  const components = { ...document.components, schemas: Object.fromEntries(named) };
  // Answers may gain fields later, and clients are told to ignore fields that they do not know.
  const isOpen = (key: string, value: unknown): unknown =>
    key === 'additionalProperties' && value === false ? undefined : value;
  const text = JSON.stringify({ ...document, components }, isOpen);
  return JSON.parse(text.replace(/(?<="#\/components\/schemas\/)\w+(?=")/g, shortOf)) as OpenApi;
}

/**
 * Serves `GET /api/openapi.json`, and a page at `/docs` that shows it. Both are open to everybody, and load nothing
 * from other servers.
 */
export async function serveDocumentation(app: FastifyInstance): Promise<void> {
  // The document is always the same, except for the path of its mount. Writing it for everybody who asks would keep
  // others waiting. All answers share the bytes, while each would have a copy of a text.
  let document: { readonly before: Buffer; readonly after: Buffer } | undefined;
  app.get(DOCUMENT_PATH, async ({ basePath }, reply) => {
    document ??= aroundServers(app.swagger());
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8');
    const servers = Buffer.from(JSON.stringify(serversAt(basePath)));
    return Buffer.concat([document.before, servers, document.after]);
  });
  await app.register(swaggerPage, {
    routePrefix: PAGE_PATH,
    staticCSP: API_PAGE_POLICY,
    theme: { title: 'Consultation chat: HTTP API' },
    uiConfig: { validatorUrl: null, deepLinking: true, persistAuthorization: false },
    transformSpecificationClone: false,
    transformSpecification: (specification, { basePath }) => ({
      ...specification,
      servers: serversAt(basePath),
    }),
    uiHooks: { onRequest: leadToPage },
  });
}

/**
 * Redirects to the page. Its own links begin at the root, so below a mount it is shown only at the address that ends in
 * a slash, where its links can be relative.
 */
function leadToPage({ url, basePath }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const [path = '', query] = url.split('?');
  const isBare = path === PAGE_PATH || path === `${PAGE_PATH}/static/index.html`;
  if (basePath === '' || !isBare) done();
  else reply.redirect(`${basePath}${PAGE_PATH}/${query === undefined ? '' : `?${query}`}`);
}

function serversAt(basePath: string): readonly { readonly url: string }[] {
  return [{ url: basePath === '' ? '/' : basePath }];
}

/** Returns the document as bytes, in two parts: the text before the list of its servers, and the text after it. */
function aroundServers(document: object): { readonly before: Buffer; readonly after: Buffer } {
  const { servers: _servers, ...others } = document as Record<string, unknown>;
  const text = JSON.stringify(others);
  return { before: Buffer.from('{"servers":'), after: Buffer.from(`,${text.slice(1)}`) };
}
