import { HTTP_FINDINGS } from "./http.ts";
import { LINE_PROTOCOL_FINDINGS } from "./line_protocols.ts";
import { LINE_FINDINGS } from "./lines.ts";
import { PROBE_FINDINGS } from "./probe.ts";
import { SMTP_FINDINGS } from "./smtp.ts";

/** Findings about what speaks on a connection, one table per protocol. */
export const APPLICATION_FINDINGS = {
  ...PROBE_FINDINGS,
  ...HTTP_FINDINGS,
  ...LINE_FINDINGS,
  ...SMTP_FINDINGS,
  ...LINE_PROTOCOL_FINDINGS,
};
