import { found } from "../words/findings.ts";
import { nntpDialect } from "./dialects/nntp.ts";
import { lineProbe } from "./lines/line_probe.ts";

/** A session with a news server, without a login. */
export const nntpProbe = lineProbe({
  name: "nntp",
  protocol: "NNTP",
  dialect: () => nntpDialect(),
  judge: ({ extra }) => extra.posting === false ? [found("nntp-read-only", {})] : [],
});
