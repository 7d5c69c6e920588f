import { isOwnNetwork } from "../link/scope.ts";
import { type Finding, found } from "../words/findings.ts";
import { smtpDialect } from "./dialects/smtp.ts";
import { lineProbe } from "./lines/line_probe.ts";
import type { LineInput, LineSeen } from "./lines/talk.ts";
import { cut } from "../words/cut.ts";

/** A session with an SMTP server that someone named: it is also asked whether it relays for anyone. */
export const smtpProbe = lineProbe({
  name: "smtp",
  protocol: "SMTP",
  dialect: () => smtpDialect({ relay: true }),
  judge: judgeSmtp,
  facts: smtpFacts,
});

/** A session with a mail server of a domain: the server is not asked about others' mail. */
export const mxSmtpProbe = {
  ...lineProbe({
    name: "smtp",
    protocol: "SMTP",
    dialect: () => smtpDialect({ relay: false }),
    judge: judgeSmtp,
    facts: smtpFacts,
  }),
  subject: ({ host }: LineInput) => host,
  summary: ({ greetingMs }: LineSeen, { host }: LineInput) =>
    greetingMs === undefined ? "" : `greeting of ${host} in ${Math.round(greetingMs)} ms`,
};

function judgeSmtp({ extra, local = "", secured, offer }: LineSeen): Finding[] {
  const findings: Finding[] = [];
  if (extra.old === true && !secured) findings.push(found("smtp-without-ehlo", {}));
  if (extra.relayed === true) {
    const reply = cut(String(extra.relay));
    const from = local.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    findings.push(found(isOwnNetwork(from) ? "smtp-relays-here" : "smtp-open-relay", { from, reply }));
  }
  if (offer) {
    findings.push(
      found("smtp-offers", { words: (secured ?? offer).words.filter((word) => word !== "EHLO" && word !== "SIZE") }),
    );
  }
  return findings;
}

function smtpFacts({ extra: { size, pipelining } }: LineSeen) {
  return {
    ...(typeof size === "number" && { size }),
    ...(typeof pipelining === "boolean" && { pipelining }),
  };
}
