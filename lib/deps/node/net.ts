/**
 * `node:net`: the one client that connects from a chosen address.
 * Permissions at load: none; to connect: net. Licence: MIT (part of Deno).
 * @module
 */
export { createConnection, type Socket } from "node:net";
