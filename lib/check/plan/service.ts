import type { HostAddress } from "../../core/mod.ts";
import { interfacesProbe } from "../link/interfaces.ts";
import { lookupProbe } from "../name/lookup.ts";
import type { ProbeRun } from "../probe/run.ts";
import { connectProbe, type ConnectSeen } from "../reach/connect.ts";
import { factsOf } from "../target/scheme.ts";
import type { ServiceTarget } from "../target/target.ts";
import { planApplication } from "./application.ts";
import { planTls } from "./tls.ts";

/** A service at a host and port, from the bottom up; what does not depend on each other runs side by side. */
export function planService(run: ProbeRun, target: ServiceTarget): void {
  const { host, port, scheme } = target;
  const { tls, application } = factsOf(scheme);
  run.start(interfacesProbe, target);
  const names = run.start(lookupProbe, { host });
  const reached = run.start(
    connectProbe,
    names.then((seen) => seen && seen.addresses.length > 0 ? { addresses: seen.addresses, port } : undefined),
  );
  const open = reached.then(firstOpen);
  const handshake = tls === "direct" ? planTls(run, target, open) : Promise.resolve(undefined);
  if (application) planApplication(run, target, application, { open, handshake });
}

function firstOpen(seen: ConnectSeen | undefined): HostAddress | undefined {
  return seen?.attempts.find(({ result }) => result === "connected");
}
