/**
 * `node:sqlite`: the database that keeps a chat's history; it goes on working when read and write were given up.
 * Permissions at load: none; to open a file: read and write of it. Licence: MIT (part of Deno), SQLite: public domain.
 * @module
 */
export { DatabaseSync, type StatementSync } from "node:sqlite";
