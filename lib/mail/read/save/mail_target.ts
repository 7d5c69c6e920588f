import { EmlFile, EmlFolder } from "./eml.ts";
import { MaildirTarget } from "./maildir.ts";
import { MboxTarget } from "./mbox.ts";
import type { MailTarget, SaveFormat } from "./target.ts";

/**
 * Returns the place that a path and a format name. For `eml`, a path that ends with a slash or is a folder takes each message as a file of
 * its own; any other takes one message.
 *
 * Permissions: `--allow-read` and `--allow-write` of the path, and of the same name with `.part` at its end.
 *
 * @param path Path of a file, a maildir, or a folder.
 * @param format Format in which messages are saved.
 * @returns The place. Nothing is created before the first message.
 * @example Save a message in a maildir
 * ```ts
 * import { mailTarget } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const target = mailTarget(`${folder}/Maildir`, "maildir");
 * const path = await target.save({ number: 1, uid: "1" }, new TextEncoder().encode("Subject: hi\r\n\r\n"));
 * assertEquals(await Deno.readTextFile(path), "Subject: hi\r\n\r\n");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function mailTarget(path: string, format: SaveFormat): MailTarget {
  switch (format) {
    case "maildir":
      return new MaildirTarget(path);
    case "mbox":
      return new MboxTarget(path);
    case "eml":
      return /[/\\]$/.test(path) || isFolder(path) ? new EmlFolder(path) : new EmlFile(path);
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
