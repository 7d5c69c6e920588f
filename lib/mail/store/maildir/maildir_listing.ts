import { isMailId } from "../mail_id.ts";
import { placeOfName } from "./place.ts";

/** Age after which a change gets a later time than the one before: file systems store times to the second or two. */
const SETTLED_MS = 2500;
// In this order: a message that is moved to `cur` meanwhile is listed in any case.
const PARTS = ["new", "cur"] as const;

/** Places of the messages of a maildir now, by id, as `placeOfName` returns them. */
export async function listMaildir(directory: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for (const part of PARTS) {
    for await (const entry of Deno.readDir(`${directory}/${part}`)) addPlace(places, part, entry);
  }
  return places;
}

/** Does the same as {@link listMaildir} before anything else happens in the process. */
export function listNow(directory: string): Map<string, string> {
  const places = new Map<string, string>();
  for (const part of PARTS) {
    for (const entry of Deno.readDirSync(`${directory}/${part}`)) addPlace(places, part, entry);
  }
  return places;
}

function addPlace(places: Map<string, string>, part: "new" | "cur", { name, isFile }: Deno.DirEntry): void {
  if (isFile && isMailId(name)) places.set(...placeOfName(part, name));
}

/** Tells from the times of its folders whether a maildir has to be listed again. */
export class MaildirStamp {
  #last = "";

  /** Has the next call say so. */
  forget(): void {
    this.#last = "";
  }

  /** Whether something may have changed since the last call. */
  async changed(directory: string): Promise<boolean> {
    const times = await Promise.all(
      PARTS.map(async (part) => (await Deno.stat(`${directory}/${part}`)).mtime?.getTime() ?? NaN),
    );
    const stamp = times.join();
    const changed = stamp !== this.#last;
    // What changes within the same unit of time leaves the same stamp: a recent one does not count.
    this.#last = times.every((time) => Math.abs(Date.now() - time) > SETTLED_MS) ? stamp : "";
    return changed;
  }
}
