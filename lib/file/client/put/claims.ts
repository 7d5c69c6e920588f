import { SystemError } from "../../../core/mod.ts";

/** The names on the server that sources of one run have taken: no file replaces one of the same run. */
export class Claims {
  readonly #taken = new Map<string, { readonly file: string; readonly folder: boolean }>();

  /**
   * Takes a name for a file or a folder. Returns why that cannot be done; folders of one name are merged.
   */
  take(segments: readonly string[], file: string, folder: boolean): SystemError | undefined {
    const key = segments.join("/");
    const first = this.#taken.get(key);
    if (!first) this.#taken.set(key, { file, folder });
    if (!first || (first.folder && folder)) return undefined;
    return new SystemError(`cannot send ${file}: ${first.file} was sent under the same name`, {
      code: "name-collision",
      operation: "put",
    });
  }
}
