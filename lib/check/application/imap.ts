import { found } from "../words/findings.ts";
import { imapDialect } from "./dialects/imap.ts";
import { lineProbe } from "./lines/line_probe.ts";

/** A session with an IMAP server, without a login. */
export const imapProbe = lineProbe({
  name: "imap",
  protocol: "IMAP",
  dialect: () => imapDialect(),
  judge({ greeting, secured }, { tls }) {
    const preauth = greeting?.text.startsWith("* PREAUTH") === true && tls !== "direct" && !secured;
    return preauth ? [found("imap-preauth", {})] : [];
  },
});
