declare const sealed: unique symbol;

/**
 * The number of a cell as it stands in an answer. It is a number or null at run time, but no number to the compiler: the
 * only way to it is readCell, which gives the marks along with it.
 */
export interface SealedValue {
  readonly [sealed]: 'read it with readCell';
}
