import type { Tour } from "../leg.ts";
import { demonstrate as demonstrateFiles } from "../demonstrate/file.ts";

/** The leg of `file` in `toucan tour`. */
export const tour: Tour = {
  title: "a folder served, and its client",
  layer: "application: HTTP",
  async walk(stage) {
    stage.say("A server serves a folder. Its client lists it and its subfolder, and downloads the files in them:");
    stage.command("file serve --upload ./served              (one terminal)");
    const parts = {
      download: () => stage.command("file get http://localhost:8000/ copy      (another)"),
      upload: () => {
        stage.say("Now it uploads a letter. The listing has the digests of the files that are there already:");
        stage.command("file put letter.txt http://localhost:8000/");
      },
      escape: () => stage.say("A request that no honest client sends, for a file outside of the folder:"),
    };
    const { listing, got, put, escape } = await demonstrateFiles({
      begins: (part) => parts[part](),
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
