import { createOwnFile } from "./own_file.ts";

/** Which names are one and the same in a folder. */
export interface NameFolding {
  /** Those that differ only in large and small letters. */
  readonly case: boolean;
  /** Those that differ only in how Unicode composes their characters. */
  readonly composition: boolean;
}

/** The key that all names of a file share where a folder folds everything that any file system does. */
export function foldedName(name: string): string {
  return name.normalize("NFD").toUpperCase().toLowerCase().normalize("NFC");
}

/** The key that all names of a file share in a folder. */
export function nameKey(name: string, folding: NameFolding): string {
  const composed = folding.composition ? name.normalize("NFC") : name;
  return folding.case ? composed.toUpperCase().toLowerCase() : composed;
}

/**
 * Finds out which names are the same in a folder, by a file that is created there and removed again. Where none can be
 * created, every name that might be the same is taken for it.
 *
 * Needs read and write permission for the folder.
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
