import { flag, readStdin, verb } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { CLIENT_HINTS } from "./hints.ts";
import { PUT_LAYOUT } from "./layout.ts";
import { TREE_RECORDS } from "./records.ts";
import { CLIENT, PARALLEL, READING } from "./client.ts";
import { readServerUrl } from "./server_url.ts";

/** `toucan file put`. */
export const put = verb({
  summary: "upload files and folders to a Toucan file server or by FTP",
  hints: CLIENT_HINTS,
  description:
    "Uploads to the folder at URL. A folder is uploaded under its own name, or, if PATH ends with a slash, its content. " +
    "Files that the server has already are not sent again; every upload is verified.\n\n" +
    "The server responds when a file and its name are on its disk. A single PATH is uploaded as the last name of the " +
    "URL, if that does not end with a slash and is not a folder on the server; - reads stdin and requires such a URL. A " +
    "file that changes while it is read is read once more, and then fails. If the server has no SHA-256, the size is " +
    "compared. Modification times and permission bits are sent along. Symbolic links in folders are skipped unless " +
    "--follow is given. Servers accept dot-files with --dot-files. Names that are not valid UTF-8 cannot be sent and " +
    "count as failed.\n\n" +
    "To ftp: and ftps: URLs each file is sent under a temporary name (.toucan-….part), verified by the SHA-256 of the " +
    "server where it computes it, or else by its size, and renamed; interrupted uploads from 1 MiB on are resumed. " +
    "After a transient failure a file is sent again, up to three times. " +
    "Without SHA-256, files with the same size and modification time are not sent again; if the server cannot set times, " +
    "those that are not older. The path is relative to the folder of the login; one that begins with %2F is absolute.",
  operands: [{
    metavar: "PATH… URL",
    help: "local files and folders, and the URL of the folder on the server",
    many: true,
    complete: "file",
  }],
  options: {
    ...CLIENT,
    "parallel": PARALLEL,
    "follow": flag("follow symbolic links in folders, also those that lead out of them"),
  },
  records: TREE_RECORDS,
  permissions: READING,
  examples: [
    { line: "file put report.pdf photos http://192.0.2.7:8000/", does: "send a file and a folder" },
    {
      line: "file put - http://192.0.2.7:8000/log.txt",
      does: "send stdin under a name",
    },
    { line: "file put --parallel 8 site https://example.com/www/", does: "send eight files at once" },
    {
      line: "file put --user ada scans/ ftps://ftp.example.com/inbox/",
      does: "send the content of a folder by FTP over TLS",
    },
  ],
  layout: PUT_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ operands }) => ({ net: true, read: operands.slice(0, -1).filter((path) => path !== "-") }),
  async run(call) {
    const { hasScheme } = await import("../../lib/http/internal.ts");
    const { putStream, putTree } = await import("../../lib/file/internal.ts");
    const { remote, teller } = await import("./transfer.ts");
    const { options: { parallel, follow }, operands } = call;
    const to = operands.at(-1) ?? "";
    if (operands.length < 2) throw new UsageError("expected at least one path, and the URL to upload to");
    // Without a scheme it could be a path that is to be sent.
    if (!hasScheme(to)) {
      throw new UsageError(`invalid URL "${to}": must begin with http://, https://, ftp:// or ftps://`);
    }
    const paths = operands.slice(0, -1);
    const url = readServerUrl(to);
    using told = teller(call);
    const options = { ...await remote(call, to), ...told, parallel, follow };
    if (!paths.includes("-")) return told.sum(await putTree(paths, url, options));
    if (paths.length > 1) throw new UsageError("stdin (-) cannot be combined with other paths");
    if (url.pathname.endsWith("/")) throw new UsageError("stdin (-) requires a URL that ends with a file name");
    return told.sum(await putStream({ read: readStdin }, url, options));
  },
});
