import { interfacesProbe } from "../link/interfaces.ts";
import type { ProbeRun } from "../probe/run.ts";
import type { MailDomainTarget } from "../target/target.ts";

/** The mail of a domain: its records, and the servers that receive for it. */
export function planMail(run: ProbeRun, target: MailDomainTarget): void {
  run.start(interfacesProbe, target);
}
