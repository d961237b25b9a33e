import { z } from 'zod';

interface Documentation {
  /** The schema's own name among the components of the document. */
  readonly id?: string;
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/**
 * The texts of the OpenAPI document about each schema. The registry is separate, so that its names cannot clash with
 * those of another document.
 */
export const API_SCHEMAS: z.core.$ZodRegistry<Documentation> = z.registry<Documentation>();

/** Attaches documentation to a schema. JSON Schema keywords are copied into the document unchanged. */
export function documented<Schema extends z.ZodType>(schema: Schema, documentation: Documentation): Schema {
  API_SCHEMAS.add(schema, documentation);
  return schema;
}
