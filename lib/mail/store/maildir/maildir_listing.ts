import { isMailId } from "../mail_id.ts";

/** Age after which a change gets a later time than the one before: file systems store times to the second or two. */
const SETTLED_MS = 2500;

/** Where the messages of a maildir are now, by id: the part of a name that stays when flags are added (`NAME:2,S`). */
export async function listMaildir(directory: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  // In this order: a message that is moved to `cur` meanwhile is listed in any case.
  for (const folder of ["new", "cur"]) {
    for await (const { name, isFile } of Deno.readDir(`${directory}/${folder}`)) {
      if (isFile && isMailId(name)) paths.set(maildirId(name), `${directory}/${folder}/${name}`);
    }
  }
  return paths;
}

/** Returns the part of a file name that identifies a message, without its flags. */
function maildirId(name: string): string {
  return name.replace(/(?<=.):2,[^:]*$/, "");
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
      ["new", "cur"].map(async (folder) => (await Deno.stat(`${directory}/${folder}`)).mtime?.getTime() ?? NaN),
    );
    const stamp = times.join();
    const changed = stamp !== this.#last;
    // What changes within the same unit of time leaves the same stamp: a recent one does not count.
    this.#last = times.every((time) => Math.abs(Date.now() - time) > SETTLED_MS) ? stamp : "";
    return changed;
  }
}
