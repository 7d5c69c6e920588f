import { fromSystem, makeFolders, syncFolder } from "../../../core/mod.ts";
import type { ReadAttachment } from "../content.ts";
import { saveInFolder } from "./in_folder.ts";

/**
 * Saves attachments in a folder, each whole or not at all, under safe names: without folders, control characters and names of devices. A file
 * that is there is not replaced: one with the same bytes is left as it is, beside another one a number is added to the name.
 *
 * Permissions: `--allow-read` and `--allow-write` of the folder.
 *
 * @returns Paths of the files, in the order of the attachments.
 * @throws {SystemError} When one cannot be written.
 */
export async function saveAttachments(attachments: readonly ReadAttachment[], folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    if (attachments.length > 0) { for (const parent of makeFolders(folder)) await syncFolder(parent); }
    for (const { file, content } of attachments) paths.push(await saveInFolder(folder, file, content()));
    return paths;
  } catch (error) {
    throw fromSystem(error, { doing: "write in", what: folder });
  }
}
