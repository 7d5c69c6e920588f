import { createOwnFile } from "./own_file.ts";

/** Names that a folder treats as equal. */
export interface NameFolding {
  /** Whether names that differ only in case are equal. */
  readonly case: boolean;
  /** Whether names that differ only in Unicode normalization are equal. */
  readonly composition: boolean;
}

/** Returns the key of a name in a folder that folds everything that any file system does. */
export function foldedName(name: string): string {
  return name.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC");
}

/** Returns the key of a name in a folder; equal names have the same key. */
export function nameKey(name: string, folding: NameFolding): string {
  const composed = folding.composition ? name.normalize("NFC") : name;
  return folding.case ? composed.toUpperCase().toLowerCase() : composed;
}

/**
 * Detects which names are equal in a folder, by a file that is created there and removed again. If none can be
 * created, all names that may be equal are treated as equal.
 *
 * Requires read and write permission for the folder.
 */
export function foldingOf(folder: string): NameFolding {
  const name = `.toucan-${crypto.randomUUID()}-a\u00e9`;
  const path = `${folder}/${name}`;
  try {
    createOwnFile(path).close();
  } catch {
    return { case: true, composition: true };
  }
  try {
    const { ino } = Deno.lstatSync(path);
    return {
      case: isSame(`${folder}/${name.toUpperCase()}`, ino),
      composition: isSame(`${folder}/${name.normalize("NFD")}`, ino),
    };
  } finally {
    Deno.removeSync(path);
  }
}

function isSame(path: string, ino: number | null): boolean {
  try {
    return Deno.lstatSync(path).ino === ino;
  } catch {
    return false;
  }
}
