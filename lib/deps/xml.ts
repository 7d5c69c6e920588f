/**
 * `saxes`: reads XML with namespaces as events, to any depth, and reports what is not well-formed.
 * Permissions at load: none. Licence: ISC (its `xmlchars`: MIT).
 * @module
 */
export { SaxesParser, type SaxesTagNS } from "npm:saxes@6.0.0";
