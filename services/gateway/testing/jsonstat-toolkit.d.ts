/** The part of the library that tests read; it brings no types of its own. */
declare module 'jsonstat-toolkit' {
  function JSONstat(response: object): unknown;
  export = JSONstat;
}
