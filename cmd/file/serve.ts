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
import { isLocalHost, isUnspecified, parseAddress, parsePort } from "../../lib/core/mod.ts";
import { SERVE_HINTS } from "./hints.ts";
import { SERVE_LAYOUT } from "./layout.ts";
import { SERVE_RECORDS } from "./records.ts";

const port = kind.parsed("PORT", "a number from 0 to 65535", (text) => parsePort(text, true));

/** `toucan file serve`. */
export const serve = verb({
  summary: "serve a folder over HTTP",
  hints: SERVE_HINTS,
  description:
    "Serves files, ranges and listings: as a page, and as JSON with ?list=json. Paths and symbolic links cannot escape " +
    "the folder; names that begin with a dot are hidden. With --upload, clients may upload files: by PUT, by the page, " +
    "by toucan file put.",
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
    "dot-files": flag("serve names that begin with a dot, and accept them as uploads"),
    "no-index": flag("list a folder even when it has an index.html"),
    "max-connections": option(kind.integer(1, 100_000), "maximum number of connections", { default: "10000" }),
    "trace": flag("write the heads of requests and responses to stderr, secrets masked"),
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
    const { accessLine, accessRecord, serveFiles } = await import("../../lib/file/internal.ts");
    const { host, upload, overwrite, quiet, json, cert } = options;
    const tls = await serverTls(options);
    const address = parseAddress(`${host.includes(":") ? `[${host}]` : host}:${options.port}`, { anyPort: true });
    await using server = serveFiles(dir, address, {
      ...{ tls, upload, overwrite, signal, trace },
      allowHost: options["allow-host"],
      trustProxy: options["trust-proxy"],
      credentials: await serverCredentialsOf(options),
      allowAnonymousUpload: options["allow-anonymous-upload"],
      maxSize: options["max-size"],
      dotFiles: options["dot-files"],
      ignoreIndex: options["no-index"],
      maxConnections: options["max-connections"],
      onRequest: quiet ? undefined : (request) => {
        const { error } = request;
        if (json) {
          const failed = error === undefined ? undefined : errorRecord(error);
          output.record({ event: "request", ...accessRecord(request), error: failed });
        } else output.note(accessLine(request));
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
    reportListening(output, [{ scheme: tls ? "https" : "http", addr: server.address, path: "/", pin }]);
    await server.finished;
  },
});
