import { UsageError } from "../../../core/errors/errors.ts";

const MAX_LENGTH = 200;
const MAX_LEVELS = 20;

/**
 * Checks the name of a folder, and returns it with `INBOX` in capitals.
 *
 * @throws {UsageError} `invalid-folder-name`.
 */
export function folderName(text: string): string {
  const levels = text.split("/");
  const [first = ""] = levels;
  const valid = text.length <= MAX_LENGTH && levels.length <= MAX_LEVELS && text.isWellFormed() &&
    levels.every((level) => level !== "" && level !== "." && level !== ".." && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(level));
  if (!valid) {
    const what = `1 to ${MAX_LENGTH} characters without control characters, in up to ${MAX_LEVELS} levels between /`;
    throw new UsageError(`invalid folder name ${JSON.stringify(text.slice(0, MAX_LENGTH))}: accepted: ${what}`, {
      code: "invalid-folder-name",
    });
  }
  return /^inbox$/i.test(first) ? ["INBOX", ...levels.slice(1)].join("/") : text;
}

/** Whether this is how a folder is named. */
export function isFolderName(text: string): boolean {
  try {
    return folderName(text) === text;
  } catch {
    return false;
  }
}

/** Returns whether a folder is below another one. */
export function isBelow(name: string, other: string): boolean {
  return name.startsWith(`${other}/`);
}
