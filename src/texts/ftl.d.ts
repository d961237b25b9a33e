/** A resource of Fluent: its text, or its sentences if the build has read it. */
declare module '*.ftl' {
  const resource: import('./format.js').Resource;
  export default resource;
}
