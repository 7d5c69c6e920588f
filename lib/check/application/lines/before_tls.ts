import { type Connection, LineChannel } from "../../../core/mod.ts";
import { PhaseClock } from "../../../core/time/phase_clock.ts";
import type { Dialect } from "./dialect.ts";

/** Milliseconds for each step until TLS begins, which an earlier session has already taken. */
const STEP_MS = 10_000;

/** Returns what is said on a connection until TLS begins: greeting, capabilities, the command. */
export function startTlsFirst(dialect: () => Dialect): (plain: Connection) => Promise<boolean> {
  return async (plain) => {
    const { greeting, hello, startTls } = dialect();
    using clock = new PhaseClock(plain.peer, STEP_MS);
    const channel = new LineChannel(plain, clock);
    channel.enter("waiting for the greeting");
    const { ok } = await greeting(channel);
    if (!ok || !startTls) return false;
    const offer = await hello(channel);
    return offer.startTls && (await startTls(channel)).ok && !channel.hasPending;
  };
}
