import { type ParsedUrlQuery, parse } from 'node:querystring';

/**
 * The parameters of a query. A `+` stands for itself, not for a space as in forms: ids of people and instants have one,
 * clients forget to escape it, and nothing that can be asked for has a space.
 */
export function parseQuery(text: string): ParsedUrlQuery {
  return parse(text.replaceAll('+', '%2B'));
}
