import { DNS_SERVER_FINDINGS } from "./dns_server.ts";
import { HTTP_FINDINGS } from "./http.ts";
import { LINE_PROTOCOL_FINDINGS } from "./line_protocols.ts";
import { LINE_FINDINGS } from "./lines.ts";
import { MAIL_POLICY_FINDINGS } from "./mail_policies.ts";
import { MX_FINDINGS } from "./mx.ts";
import { PROBE_FINDINGS } from "./probe.ts";
import { SPF_FINDINGS } from "./spf.ts";
import { SMTP_FINDINGS } from "./smtp.ts";

/** Findings about what speaks on a connection, one table per protocol. */
export const APPLICATION_FINDINGS = {
  ...PROBE_FINDINGS,
  ...HTTP_FINDINGS,
  ...LINE_FINDINGS,
  ...SMTP_FINDINGS,
  ...LINE_PROTOCOL_FINDINGS,
  ...MX_FINDINGS,
  ...SPF_FINDINGS,
  ...MAIL_POLICY_FINDINGS,
  ...DNS_SERVER_FINDINGS,
};
