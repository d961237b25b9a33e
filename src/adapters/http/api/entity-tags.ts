/** What a precondition names: the versions of the tags that are ours, or anything that is there. */
export type NamedVersions = '*' | readonly number[];

/** The entity tag of a stream's version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** RFC 9110: one entity tag. Control characters and spaces never stand in one. */
const ENTITY_TAG = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`;
/** Tags with commas between them; a list may have empty places. */
const LIST = new RegExp(`^[ \\t,]*${ENTITY_TAG}(?:[ \\t]*,[ \\t,]*${ENTITY_TAG})*[ \\t,]*$`);

/**
 * Our tag as it left us, or as a proxy that compresses has made of it: weak (nginx, HAProxy), or with the coding behind a
 * hyphen, two, or a semicolon (Apache, Caddy, Jetty). Ours names a state and not its bytes, so it still names the same.
 */
const OURS = /^(?:W\/)?"([1-9]\d{0,14})(?:(?:--?|;)(?:gzip|br|zstd|deflate))?"$/;

/**
 * Reads `If-Match` and `If-None-Match`: a list of tags, or `*`. Tags that are none of ours name nothing.
 *
 * @returns null for what is neither.
 */
export function readTags(header: string): NamedVersions | null {
  if (header.trim() === '*') return '*';
  if (!LIST.test(header)) return null;
  const tags = header.match(new RegExp(ENTITY_TAG, 'g')) ?? [];
  return tags
    .map((tag) => OURS.exec(tag)?.[1])
    .flatMap((digits) => (digits === undefined ? [] : Number(digits)));
}

/** Whether a precondition names what there is at this version. */
export function isNamed(named: NamedVersions, version: number): boolean {
  return named === '*' || named.includes(version);
}
