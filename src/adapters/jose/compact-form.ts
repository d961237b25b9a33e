/**
 * Bytes in base64url, at least one, as encoders spell them: the bits that are left over in the last character are zero
 * (RFC 4648, section 3.5). Decoders accept other spellings of the same bytes, but each token should have only one.
 */
const PART = String.raw`(?=[\w-])(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?`;
const COMPACT_FORM = new RegExp(String.raw`^${PART}\.${PART}\.${PART}$`);

/**
 * Whether the token has a header, claims and a signature, none of them empty, each spelled as an issuer spells it
 * (RFC 7515, section 7.1). With `alg: none` the signature would be empty.
 */
export function isCompactForm(token: string): boolean {
  return COMPACT_FORM.test(token);
}
