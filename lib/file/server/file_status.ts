import { fromSystem, SystemError } from "../../core/mod.ts";
import { Refusal } from "./answer.ts";

/** A status and the reason that is sent with it. */
type StatusAndReason = readonly [status: number, why: string];

/** Temporary failures and those of the machine: the same for reading and writing. */
const MACHINE: Readonly<Record<string, StatusAndReason>> = {
  "too-many-files": [503, "too many open files"],
  "out-of-memory": [503, "not enough memory"],
  "io-error": [503, "input/output error"],
  "timeout": [503, "the file system does not respond"],
};

/** Statuses by the code of an error of the file system, for what is read. */
export const READ_STATUS: Readonly<Record<string, StatusAndReason>> = {
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
export const WRITE_STATUS: Readonly<Record<string, StatusAndReason>> = {
  ...MACHINE,
  "disk-full": [507, "the disk is full"],
  "file-too-large": [507, "the file exceeds the limit of the file system"],
  "read-only": [403, "the file system is read-only"],
  "permission-denied": [403, "permission denied"],
  "permission-missing": [403, "the server has no permission to write there"],
  "file-replaced": [409, "the folder was moved"],
  "file-not-found": [409, "the folder was removed"],
  "not-a-directory": [409, "a name in the path is not a folder"],
  "is-a-directory": [409, "a folder with that name already exists"],
  "symlink-loop": [409, "too many symbolic links"],
  "not-empty": [409, "the folder is not empty"],
  "other-device": [409, "the folder is on another file system"],
  "file-exists": [412, "a file with that name already exists"],
  "name-too-long": [400, "the name is too long"],
  "invalid-path": [400, "invalid name"],
};

/** Returns an error of the file system as a refusal with its status; any other error unchanged. */
export function fileRefusal(error: unknown, table: Readonly<Record<string, StatusAndReason>>): unknown {
  if (error instanceof Refusal) return error;
  const known = fromSystem(error, { doing: "serve", what: "a file" });
  const told = known instanceof SystemError ? table[known.code] : undefined;
  return told ? new Refusal(...told) : error;
}
