/**
 * UTS #46: what is done to a host name outside ASCII, with the tables of Unicode 17. The runtime's own `URL` has older
 * tables, and others in each version. Loading it takes some milliseconds.
 * Permissions at load: none. Licence: MIT.
 * @module
 */
// @ts-types="./idna.d.ts"
export { toASCII, toUnicode } from "npm:tr46@6.0.0";
