/** The states that a precondition names: the versions in its tags that this server made, or `*` for any that exists. */
export type NamedVersions = '*' | readonly number[];

/** The entity tag of a stream's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** One entity tag (RFC 9110). It contains no control characters and no spaces. */
const ENTITY_TAG = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
/** Tags separated by commas. A list may have empty elements. */
const LIST = new RegExp(`^[ \\t,]*${ENTITY_TAG}(?:[ \\t]*,[ \\t,]*${ENTITY_TAG})*[ \\t,]*$`);

/**
 * A tag of ours, either unchanged or as a compressing proxy rewrites it. Some make it weak (nginx, HAProxy), and others
 * append the name of the encoding after one hyphen, two hyphens, or a semicolon (Apache, Caddy, Jetty). Our tags name a
 * state and not its bytes, so a rewritten tag still names the same state.
 */
const OURS = /^(?:W\/)?"([1-9]\d{0,14})(?:(?:--?|;)(?:gzip|br|zstd|deflate))?"$/;

/**
 * Reads the value of `If-Match` or `If-None-Match`, which is a list of tags or `*`. Tags that this server did not make
 * are ignored.
 *
 * @returns null for a value that is neither.
 */
export function readTags(header: string): NamedVersions | null {
  if (header.trim() === '*') return '*';
  if (!LIST.test(header)) return null;
  const tags = header.match(new RegExp(ENTITY_TAG, 'g')) ?? [];
  return tags
    .map((tag) => OURS.exec(tag)?.[1])
    .flatMap((digits) => (digits === undefined ? [] : Number(digits)));
}

/** Whether a precondition names the state at this version. */
export function isNamed(named: NamedVersions, version: number): boolean {
  return named === '*' || named.includes(version);
}
