/**
 * The Public Suffix List: where names of organizations begin, for DMARC. The runtime has none, and names change: releases follow the list.
 * Permissions at load: none. Licence: MIT; the list itself MPL-2.0.
 * @module
 */
export { getDomain } from "npm:tldts@7.6.0";
