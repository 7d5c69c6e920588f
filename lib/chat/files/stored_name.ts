import { sha256 } from "../../deps/node/hmac.ts";
import { formatOf } from "./kinds.ts";

/** Name of a stored file: its id, the mark of its owner if it has one, and the extension that tells its format. */
const STORED = /^([0-9a-f]{32})(?:-([0-9a-f]{24}))?\.([a-z0-9]{1,8})$/;
/** Hexadecimal digits of a mark. */
const MARK_DIGITS = 24;

/** Parts of the name of a stored file. */
export interface StoredName {
  /** Its id. */
  readonly id: string;
  /** Mark of its owner; empty without one. */
  readonly owner: string;
  /** Its extension. */
  readonly extension: string;
}

/** Returns the name of a stored file. */
export function writeStoredName({ id, owner, extension }: StoredName): string {
  return `${id}${owner === "" ? "" : `-${owner}`}.${extension}`;
}

/** Reads the name of a stored file; undefined for any other file. */
export function readStoredName(name: string): StoredName | undefined {
  const [, id, owner = "", extension = ""] = STORED.exec(name) ?? [];
  return id === undefined || !formatOf(extension) ? undefined : { id, owner, extension };
}

/**
 * Returns the mark of an owner: a part of its SHA-256, so that any name of an account fits in a file name, and a listing of the folder
 * does not name users. Empty for an empty key.
 */
export function ownerMark(key: string): string {
  return key === "" ? "" : sha256(new TextEncoder().encode(key)).toHex().slice(0, MARK_DIGITS);
}
