import { z } from 'zod';

interface Documentation {
  /** The schema's own name among the components of the document. */
  readonly id?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/** What the OpenAPI document says about schemas. Its own registry: a name here never meets one of another document. */
export const API_SCHEMAS: z.core.$ZodRegistry<Documentation> = z.registry<Documentation>();

/** Gives a schema words for the document; JSON Schema keywords go into it as they are. */
export function documented<Schema extends z.ZodType>(schema: Schema, documentation: Documentation): Schema {
  API_SCHEMAS.add(schema, documentation);
  return schema;
}
