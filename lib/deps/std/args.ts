/**
 * `@std/cli`: splits a command line into options and operands.
 * Permissions at load: none. Licence: MIT.
 * @module
 */
// @ts-types="./parse_args.d.ts"
export { parseArgs } from "npm:deno-std@1.4.0/cli/parse_args.js";
