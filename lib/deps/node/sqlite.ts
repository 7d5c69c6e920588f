/**
 * `node:sqlite`: the database of a chat's history; it continues to work after read and write were revoked.
 * Permissions at load: none; to open a file: read and write of it. Licence: MIT (part of Deno), SQLite: public domain.
 * @module
 */
export { DatabaseSync, type StatementSync } from "node:sqlite";
