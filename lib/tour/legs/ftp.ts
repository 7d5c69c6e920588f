import type { Tour } from "../leg.ts";
import { demonstrateFtp } from "../demonstrate/ftp.ts";

/** The leg of FTP, at both ends, in `toucan tour`. */
export const tour: Tour = {
  title: "the same by FTP: a download, an upload, and two connections for each",
  layer: "application: FTP",
  async walk(stage) {
    stage.say(
      "A server serves a folder by FTP. A client downloads a file: commands on one connection, data on another.",
    );
    stage.command("file serve --ftp 2121 --upload ./served   (one terminal)");
    let url = "";
    let port = "";
    const parts = {
      download: () => stage.command(`get ${url}hello.txt   (another)`),
      upload: () => {
        stage.say("Now a scanner stores a page, and requests a file that is not in the folder:");
        stage.command(`file put scan.txt ${url}`);
      },
    };
    const { text, report, uploaded, escape } = await demonstrateFtp({
      listening: (where) => void (url = where),
      begins: (part) => parts[part](),
      trace: (event) => {
        const [, found] = /^229 .*\|(\d+)\|/.exec(event.text) ?? [];
        port = found ?? port;
        stage.crossed(event);
      },
      data: (from, text) =>
        stage.wire(from, from === "client" ? "server" : "client", text, `data connection, port ${port}`),
      signal: stage.signal,
    });
    stage.check(
      text === "hello\n" && report.error === undefined,
      "the file is here, and the server confirmed it (226)",
    );
    stage.check(uploaded === "a scanned page\n", "the page is stored under its name, whole");
    stage.check(escape === "no-such-file", "a path that leads out of the folder leads nowhere");
  },
};
