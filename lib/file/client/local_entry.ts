import { fromSystem, SystemError, toToucanError, type ToucanError } from "../../core/mod.ts";
import type { RemoteEntry } from "./remote/remote_entry.ts";

/** A local file or folder that is to be sent. */
export interface LocalEntry {
  /** Its path. */
  readonly file: string;
  /** Its names on the server, below the folder of the run. */
  readonly segments: readonly string[];
  /** Its type. */
  readonly type: "file" | "folder" | "link" | "other";
  /** The entry with that name on the server. */
  readonly remote?: RemoteEntry;
  /** Why it is not to be sent. */
  readonly skip?: SystemError;
  /** Why it cannot be sent. */
  readonly error?: unknown;
}

type Kind = Pick<Deno.FileInfo, "isFile" | "isDirectory" | "isSymlink">;

/** Returns the metadata of a path, of what a link leads to unless told otherwise; or why it cannot be read. */
export function lookAtPath(path: string, follow = true): Deno.FileInfo | ToucanError {
  try {
    return follow ? Deno.statSync(path) : Deno.lstatSync(path);
  } catch (error) {
    return toToucanError(fromSystem(error, { doing: "read", what: path }));
  }
}

/** Returns the type of an entry. */
export function typeOf({ isFile, isDirectory, isSymlink }: Kind): LocalEntry["type"] {
  return isSymlink ? "link" : isDirectory ? "folder" : isFile ? "file" : "other";
}

/** Returns why an entry is skipped that is neither a file nor a folder. */
export function notSent(file: string, type: "link" | "other"): SystemError {
  return type === "link"
    ? failure("link-not-followed", `${file} is a symbolic link`)
    : failure("not-a-file", `${file} is neither a file nor a folder`);
}

/** A followed link that leads to a folder above it. */
export function symlinkLoop(file: string): SystemError {
  return failure("symlink-loop", `cannot follow ${file}: it leads to a folder above it`);
}

/** A folder that the server stores the files of this run in. */
export function storedInto(file: string): SystemError {
  return failure("same-folder", `cannot send ${file}: the server stores the files of this run in it`);
}

/** A name that no URL can have. */
export function notUtf8(file: string): SystemError {
  return failure("invalid-path", `cannot read ${file}: the name is not valid UTF-8`, "read");
}

/** Names that the runtime does not list. */
export function hiddenNames(folder: string, count: number): SystemError {
  const names = count === 1 ? "an entry whose name is" : `${count} entries whose names are`;
  return failure("invalid-path", `cannot read all of ${folder}: it has ${names} not valid UTF-8`, "read");
}

function failure(code: string, message: string, operation = "put"): SystemError {
  return new SystemError(message, { code, operation });
}
