import { fromSystem, SystemError } from "../../core/mod.ts";
import { Refusal } from "./answer.ts";

/** What a status says, and its reason. */
type Told = readonly [status: number, why: string];

/** What is temporary or wrong with the machine: the same for reading and writing. */
const MACHINE: Readonly<Record<string, Told>> = {
  "too-many-files": [503, "too many open files"],
  "out-of-memory": [503, "not enough memory"],
  "io-error": [503, "input/output error"],
  "timeout": [503, "the file system does not respond"],
};

/** Statuses by the code of an error of the file system, for what is read. */
export const READ_STATUS: Readonly<Record<string, Told>> = {
  ...MACHINE,
  "file-not-found": [404, "no such file or folder"],
  "not-a-directory": [404, "no such file or folder"],
  "is-a-directory": [404, "no such file or folder"],
  "symlink-loop": [404, "no such file or folder"],
  "name-too-long": [404, "no such file or folder"],
  "invalid-path": [404, "no such file or folder"],
  "permission-missing": [404, "no such file or folder"],
  "permission-denied": [403, "permission denied"],
};

/** The same for what clients upload. */
export const WRITE_STATUS: Readonly<Record<string, Told>> = {
  ...MACHINE,
  "disk-full": [507, "the disk is full"],
  "file-too-large": [507, "the system allows no file as large as that"],
  "read-only": [403, "the file system is read-only"],
  "permission-denied": [403, "permission denied"],
  "permission-missing": [403, "the server was not given the permission to write there"],
  "file-replaced": [409, "the folder has moved"],
  "file-not-found": [409, "the folder has gone"],
  "not-a-directory": [409, "something that is no folder stands in the way"],
  "is-a-directory": [409, "a folder has that name"],
  "symlink-loop": [409, "too many symbolic links"],
  "not-empty": [409, "the folder is not empty"],
  "other-device": [409, "the folder lies on another file system"],
  "file-exists": [412, "there is a file of that name"],
  "name-too-long": [400, "the name is too long"],
  "invalid-path": [400, "this name is not taken"],
};

/** Returns an error of the file system as a refusal with its status; any other error unchanged. */
export function fileRefusal(error: unknown, table: Readonly<Record<string, Told>>): unknown {
  if (error instanceof Refusal) return error;
  const known = fromSystem(error, { doing: "serve", what: "a file" });
  const told = known instanceof SystemError ? table[known.code] : undefined;
  return told ? new Refusal(...told) : error;
}
