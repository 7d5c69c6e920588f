import { POP3_DIALECT } from "./dialects/pop3.ts";
import { lineProbe } from "./lines/line_probe.ts";

/** A session with a POP3 server, without a login. */
export const pop3Probe = lineProbe({ name: "pop3", protocol: "POP3", dialect: () => POP3_DIALECT });
