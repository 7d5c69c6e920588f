import type { HostAddress } from "../../core/mod.ts";
import { startedTls, startTlsProbe } from "../application/lines/starttls.ts";
import type { LineInput } from "../application/lines/talk.ts";
import { mxSmtpProbe } from "../application/smtp.ts";
import { interfacesProbe } from "../link/interfaces.ts";
import { daneProbe } from "../mail_domain/dane.ts";
import { dkimProbe } from "../mail_domain/dkim.ts";
import { dmarcProbe } from "../mail_domain/dmarc.ts";
import { mxProbe } from "../mail_domain/mx.ts";
import { type MxAttempt, mxReachProbe } from "../mail_domain/mx_reach.ts";
import { mxTlsProbe } from "../mail_domain/mx_tls.ts";
import { bimiProbe, tlsReportProbe } from "../mail_domain/reports.ts";
import { reverseProbe } from "../mail_domain/reverse.ts";
import { spfProbe } from "../mail_domain/spf.ts";
import { stsProbe, type StsSeen } from "../mail_domain/sts.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { MailDomainTarget } from "../target/target.ts";

/** Mail servers that are spoken with. */
const MAX_SERVERS = 5;

/** The mail of a domain: the servers that receive for it, and its records about mail from it. */
export function planMail(run: ProbeRun, target: MailDomainTarget): void {
  const { domain, local } = target;
  run.start(interfacesProbe, target);
  const named = run.start(mxProbe, { domain });
  const exchanges = named.then((seen) => {
    const usable = seen?.exchanges.filter(({ addresses }) => addresses.length > 0) ?? [];
    return usable.length === 0 ? undefined : usable;
  });
  const reached = run.start(mxReachProbe, exchanges.then((exchanges) => exchanges && { domain, exchanges }));
  run.start(spfProbe, { domain, local });
  run.start(dmarcProbe, { domain });
  run.start(dkimProbe, { domain });
  const sts = run.start(
    stsProbe,
    exchanges.then((exchanges) => exchanges && { domain, hosts: exchanges.map(({ host }) => host) }),
  );
  run.start(tlsReportProbe, { domain });
  run.start(bimiProbe, { domain });
  run.start(reverseProbe, exchanges.then((exchanges) => exchanges && { exchanges }));
  reached.then((attempts) => {
    const servers = firstOfEach(attempts ?? []).slice(0, MAX_SERVERS);
    // What is skipped is said, too.
    if (servers.length === 0) run.start(mxTlsProbe, undefined);
    for (const server of servers) planServer(run, domain, server, sts);
  });
}

function planServer(run: ProbeRun, domain: string, attempt: MxAttempt, sts: Promise<StsSeen | undefined>): void {
  const { host, family, port } = attempt;
  const address: HostAddress = { address: attempt.address, family };
  const input: LineInput = { host, address, port, tls: "starttls" };
  const spoken = run.start(mxSmtpProbe, input);
  const required = sts.then((seen) => seen?.policy?.mode === "enforce");
  run.start(
    startTlsProbe,
    Promise.all([spoken, required]).then(([seen, required]) =>
      seen?.offer && seen.offer.refused === undefined ? { protocol: "SMTP", seen, required, subject: host } : undefined
    ),
  );
  const dane = run.start(daneProbe, { host });
  run.start(
    mxTlsProbe,
    Promise.all([spoken, required, dane]).then(([seen, required, keys]) => {
      if (!startedTls(seen)) return undefined;
      const signed = keys?.status === "secure" && keys.count > 0;
      const { pins, records } = signed ? keys : { pins: [], records: [] };
      // Records of other forms stand in the place of the usual authorities, too.
      if (signed && pins.length === 0 && records.length === 0) return undefined;
      return { host, domain, address, port, pins, records, required };
    }),
  );
}

/** Returns an attempt that succeeded for each server. */
function firstOfEach(attempts: readonly MxAttempt[]): MxAttempt[] {
  const connected = attempts.filter(({ result }) => result === "connected");
  return [...Map.groupBy(connected, ({ host }) => host).values()].flatMap(([first]) => first ? [first] : []);
}
