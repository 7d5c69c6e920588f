import { ftpProbe } from "../application/ftp.ts";
import { imapProbe } from "../application/imap.ts";
import { ircProbe } from "../application/irc.ts";
import { startedTls, startTlsProbe } from "../application/lines/starttls.ts";
import { startTlsFirst } from "../application/lines/before_tls.ts";
import type { Dialect } from "../application/lines/dialect.ts";
import type { LineInput, LineSeen } from "../application/lines/talk.ts";
import { nntpProbe } from "../application/nntp.ts";
import { pop3Probe } from "../application/pop3.ts";
import { smtpProbe } from "../application/smtp.ts";
import { FTP_DIALECT } from "../application/dialects/ftp.ts";
import { imapDialect } from "../application/dialects/imap.ts";
import { IRC_DIALECT } from "../application/dialects/irc.ts";
import { nntpDialect } from "../application/dialects/nntp.ts";
import { POP3_DIALECT } from "../application/dialects/pop3.ts";
import { smtpDialect } from "../application/dialects/smtp.ts";
import type { Probe } from "../probe/probe.ts";
import type { ProbeRun } from "../probe/run.ts";
import { type Application, factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import type { Below } from "./below.ts";
import { planTlsAt } from "./tls.ts";

/** Probe of a protocol, and how the protocol is spoken until TLS begins. */
type LineRow = readonly [probe: Probe<LineInput, LineSeen>, dialect: () => Dialect];

const ROWS: Partial<Record<Application, LineRow>> = {
  smtp: [smtpProbe, () => smtpDialect({ relay: false })],
  imap: [imapProbe, imapDialect],
  pop3: [pop3Probe, () => POP3_DIALECT],
  ftp: [ftpProbe, () => FTP_DIALECT],
  nntp: [nntpProbe, nntpDialect],
  irc: [ircProbe, () => IRC_DIALECT],
};

/** Starts the probes of a line protocol: the session, and where TLS is started in it, the handshake. */
export function planLines(run: ProbeRun, target: ServiceTarget, application: Application, below: Below): boolean {
  const row = ROWS[application];
  if (!row) return false;
  const [probe, dialect] = row;
  const { host } = target;
  const { open, port } = below;
  const { tls } = factsOf(target.scheme);
  const spoken = run.start(probe, open.then((address) => address && { host, address, port, tls }));
  spoken.then(() => run.exchange.end());
  if (tls !== "starttls") return true;
  const { protocol } = dialect();
  run.start(
    startTlsProbe,
    spoken.then((seen) => seen?.offer && seen.offer.refused === undefined ? { protocol, seen } : undefined),
  );
  const place = Promise.all([open, spoken]).then(([address, seen]) =>
    address && startedTls(seen) ? { host, address, port, beforeTls: startTlsFirst(dialect) } : undefined
  );
  planTlsAt(run, place);
  return true;
}
