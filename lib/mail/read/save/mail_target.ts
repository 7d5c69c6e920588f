import { EmlFile, EmlFolder } from "./eml.ts";
import { MaildirTarget } from "./maildir.ts";
import { MboxTarget } from "./mbox.ts";
import type { MailTarget, SaveFormat } from "./target.ts";

/**
 * Returns the place that a path and a format name. For `eml`, a path that ends with a slash or is a folder takes each message as a file of
 * its own; any other takes one message.
 *
 * Requires read permission for the path.
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
