import { invalidArgument } from '@lmi/kit';

/** A path of identifiers and array indexes, as jQuery, Angular and YUI make them: `jQuery1_2`, `YUI.Env.JSONP[0]`. */
const SAFE_CALLBACK = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[(?:\d+|"[\w$-]+"|'[\w$-]+')\])*$/;
const LONGEST_CALLBACK = 200;

/**
 * The JSONP function that a v1 query names, if any.
 * @throws LmiError invalid-argument for a name that could be more than a function's name.
 */
export function readCallback(query: URLSearchParams): string | undefined {
  const name = query.get('callback')?.trim();
  if (!name) return undefined;
  if (name.length > LONGEST_CALLBACK || !SAFE_CALLBACK.test(name)) {
    throw invalidArgument('callback', 'The callback is not a safe function name.');
  }
  return name;
}
