/** A resource of Fluent, as text. */
declare module '*.ftl' {
  const text: string;
  export default text;
}
