import type { Tour } from "../leg.ts";
import { demonstrate as demonstrateFiles } from "../demonstrate/file.ts";

/** The leg of `file` in `toucan tour`. */
export const tour: Tour = {
  title: "a folder served, and its client",
  async walk(stage) {
    stage.say("A server serves a folder. Its client lists it, downloads it, and uploads a letter.");
    stage.command("file serve --upload ./served            (one terminal)");
    stage.command("file get http://localhost:8000/ copy     (another)");
    const { listing, got, put, escape } = await demonstrateFiles({
      trace: (event) => stage.crossed(event),
      signal: stage.signal,
    });
    stage.show(listing.entries.map(({ name, type, size }) => `${type.padEnd(7)}${size}  ${name}`).join("\n"));
    const verified = got.every(({ action, sha256 }) => action === "saved" && sha256 !== undefined);
    stage.check(got.length === 2 && verified, "both files are here, and their SHA-256 is the one at the server");
    stage.check(
      put[0]?.action === "sent",
      "the letter is stored: the server's SHA-256 equals that of the sent bytes",
    );
    stage.check(/ 400 /.test(escape), "a path that leads out of the folder is refused");
  },
};
