import { type ParsedUrlQuery, parse } from 'node:querystring';

/**
 * Parses the parameters of a query. A `+` stands for itself, not for a space as in HTML forms, because ids of people
 * and instants contain it, clients forget to escape it, and no parameter contains a space.
 */
export function parseQuery(text: string): ParsedUrlQuery {
  return parse(text.replaceAll('+', '%2B'));
}
