/**
 * `parse5`: reads HTML as browsers do (WHATWG), and writes it.
 * Permissions at load: none. Licence: MIT (its `entities`: BSD-2-Clause).
 * @module
 */
export {
  type DefaultTreeAdapterTypes as Tree,
  html,
  parse,
  parseFragment,
  serialize,
  serializeOuter,
} from "npm:parse5@8.1.1";
