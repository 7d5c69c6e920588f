import {
  ANYWHERE,
  errorRecord,
  flag,
  HTTP_FRONT,
  kind,
  option,
  reportListening,
  SERVER_TLS,
  SERVER_USER,
  serverCredentialsOf,
  serverTls,
  verb,
} from "../../lib/cli/mod.ts";
import { isLocalHost, isUnspecified, parsePort } from "../../lib/core/mod.ts";
import { addressOf, FTP, ftpListeners, ftpOptions } from "./ftp.ts";
import { SERVE_HINTS } from "./hints.ts";
import { SERVE_LAYOUT } from "./layout.ts";
import { SERVE_RECORDS } from "./records.ts";

const port = kind.parsed("PORT", "a number from 0 to 65535", (text) => parsePort(text, true));

/** `toucan file serve`. */
export const serve = verb({
  summary: "serve a folder over HTTP and FTP",
  hints: SERVE_HINTS,
  description:
    "Serves files, ranges and listings: as a page, and as JSON with ?list=json. Paths and symbolic links cannot escape " +
    "the folder; names that begin with a dot are hidden. With --upload, clients may upload files: by PUT, by the page, " +
    "by toucan file put.\n\n" +
    "--ftp serves the same folder by FTP, for scanners, cameras and old machines, by the same rules: user and password, " +
    "--upload, --max-size, hidden names, links. Clients use passive mode; active mode (PORT, EPRT) and SITE are not " +
    "supported. With --tls, login and transfers require TLS. Clients may rename and delete the files that they have " +
    "uploaded in the same session, and no others. An upload gets its name when all of it has arrived and is on disk; an " +
    "interrupted one can be continued for an hour (REST, APPE), and has no name until then.\n\n" +
    "Behind a NAT or firewall, forward the port of --ftp and those of --ftp-passive-ports, and use --ftp-host with " +
    "the public address.",
  operands: [{ metavar: "DIR", help: "the folder (default: the current one)", kind: kind.directory, optional: true }],
  options: {
    "host": option(kind.text("HOST", "a name or an address"), "listen on this address", { default: "127.0.0.1" }),
    "port": option(port, "listen on this port; 0 for a free one", { short: "p", default: "8000" }),
    "upload": flag("accept uploads", { short: "w" }),
    "overwrite": flag("let uploads by form replace files, as PUT does", { with: ["upload"] }),
    "max-size": option(kind.size, "maximum size of an uploaded file", { default: "16G" }),
    "allow-anonymous-upload": flag("accept uploads from other machines without a password"),
    ...SERVER_USER,
    ...SERVER_TLS,
    ...HTTP_FRONT,
    ...FTP,
    "dot-files": flag("serve names that begin with a dot, and accept them as uploads"),
    "no-index": flag("list a folder even when it has an index.html"),
    "max-connections": option(kind.integer(1, 100_000), "maximum number of connections", { default: "10000" }),
    "trace": flag("write the heads of requests and responses, and FTP commands and replies, to stderr, secrets masked"),
    "quiet": flag("write no access log", { short: "q" }),
    "json": flag("print JSON records to stdout instead of the access log"),
  },
  records: SERVE_RECORDS,
  permissions: { net: true, read: ANYWHERE, write: ANYWHERE, env: ["TOUCAN_*"], sys: ["networkInterfaces"] },
  examples: [
    { line: "file serve", does: "serve the current folder to this machine, on port 8000" },
    {
      line: "file serve --host 0.0.0.0 --upload --user me --tls",
      does: "exchange files with other machines in the network",
    },
    {
      line: "file serve --port 0 --json public",
      does: "serve a folder on a free port, with one JSON record per event",
    },
    {
      line: "file serve --host 192.0.2.7 --upload --user scan --ftp 2121 scans",
      does: "let a scanner upload by FTP",
    },
  ],
  layout: SERVE_LAYOUT,
  exits: [5],
  server: true,
  needs: ({ options: { upload, host }, operands: [dir = "."] }) => ({
    net: true,
    read: [dir],
    write: upload ? [dir] : [],
    // To print the addresses of this machine.
    sys: isUnspecified(host) ? ["networkInterfaces"] : [],
  }),
  async run({ options, operands: [dir = "."], output, signal, trace }) {
    const { accessLine, accessRecord, ftpAccessLine, ftpAccessRecord, serveFiles } = await import(
      "../../lib/file/internal.ts"
    );
    const { host, upload, overwrite, quiet, json, cert } = options;
    const tls = await serverTls(options, { output, signal });
    await using server = serveFiles(dir, addressOf(host, options.port), {
      ...{ tls, upload, overwrite, signal, trace },
      allowHost: options["allow-host"],
      trustProxy: options["trust-proxy"],
      credentials: await serverCredentialsOf(options),
      allowAnonymousUpload: options["allow-anonymous-upload"],
      maxSize: options["max-size"],
      dotFiles: options["dot-files"],
      ignoreIndex: options["no-index"],
      maxConnections: options["max-connections"],
      ftp: ftpOptions(options),
      onRequest: quiet ? undefined : (request) => {
        const { error } = request;
        if (json) {
          const failed = error === undefined ? undefined : errorRecord(error);
          output.record({ event: "request", ...accessRecord(request), error: failed });
        } else output.note(accessLine(request));
      },
      onFtpEvent: quiet ? undefined : (event) => {
        const { error } = event;
        if (json) {
          const failed = error === undefined ? undefined : errorRecord(error);
          output.record({ event: "request", ...ftpAccessRecord(event), error: failed });
        } else output.note(ftpAccessLine(event));
      },
      onRefused: quiet ? undefined : ({ peer, error }) => {
        if (json) output.record({ event: "refused", peer, error: errorRecord(error) });
        else output.note(`${peer} was refused: ${error.message}`);
      },
    });
    const pin = cert === undefined ? tls?.pin : undefined;
    if (options.user !== undefined && !tls && !isLocalHost(host)) {
      output.note("warning: without --tls the password crosses the network in the clear");
    }
    const http = { scheme: tls ? "https" : "http", addr: server.address, path: "/", pin };
    reportListening(output, [http, ...ftpListeners(server)]);
    await server.finished;
  },
});
