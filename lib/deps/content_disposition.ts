/**
 * `content-disposition`: reads and writes that field (RFC 6266, RFC 8187). It has no dependencies and is pure.
 * Permissions at load: none. Licence: MIT.
 * @module
 */
export { create, parse } from "npm:content-disposition@3.1.0";
