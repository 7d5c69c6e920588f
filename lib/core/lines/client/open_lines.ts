import { type Address, formatAddress } from "../../address/address.ts";
import type { Connection } from "../../dial/connection.ts";
import { dial } from "../../dial/dial.ts";
import type { Proxy } from "../../dial/proxy/proxy.ts";
import { NetworkError } from "../../errors/errors.ts";
import type { WaitOptions } from "../../time/deadline.ts";
import { PhaseClock } from "../../time/phase_clock.ts";
import type { TlsOptions } from "../../tls/client/options.ts";
import type { Trace } from "../../trace.ts";
import { LineChannel } from "./line_channel.ts";

/** STUB until the branch mail-lines is there. */
export type LineTls = "starttls" | "implicit" | "opportunistic" | "none";
/** STUB. */
export interface LineClientOptions extends WaitOptions {
  readonly tls?: LineTls;
  readonly trust?: TlsOptions;
  readonly proxy?: Proxy;
  readonly family?: 4 | 6;
  readonly connectTimeout?: number;
  readonly trace?: Trace;
}
/** STUB. */
export async function openLines(
  address: Address,
  options: LineClientOptions,
  steps: { greet(channel: LineChannel): Promise<void>; startTls(channel: LineChannel): Promise<boolean> },
): Promise<LineChannel> {
  const { tls = "starttls", trust = {}, proxy, family, trace, timeout = 30_000 } = options;
  const clock = new PhaseClock(formatAddress(address), timeout, options.signal);
  let connection: Connection | undefined;
  let plain: LineChannel | undefined;
  try {
    const byCommand = tls === "starttls" || tls === "opportunistic";
    connection = await dial(address, {
      ...{ proxy, family, trace, connectTimeout: options.connectTimeout, signal: clock.signal },
      onStep: (step) => void (clock.step = step),
      tls: tls === "none" ? undefined : trust,
      beforeTls: !byCommand ? undefined : async (connection) => {
        plain = new LineChannel(connection, clock, trace);
        clock.enter("waiting for the greeting");
        await steps.greet(plain);
        if (!await steps.startTls(plain)) {
          if (tls === "opportunistic" && trust.pin === undefined) return false;
          throw new NetworkError(`${connection.peer} does not offer STARTTLS`, { code: "starttls-missing", peer: connection.peer });
        }
        if (plain.hasPending) throw plain.fault("starttls-injection", "sent bytes before the TLS handshake");
        clock.enter("TLS handshake", "tls");
        return true;
      },
    });
    if (byCommand && !connection.security && plain) return plain;
    const channel = new LineChannel(connection, clock, trace);
    if (!byCommand) {
      clock.enter("waiting for the greeting");
      await steps.greet(channel);
    }
    return channel;
  } catch (error) {
    connection?.close();
    clock[Symbol.dispose]();
    if (clock.signal.aborted) throw clock.signal.reason;
    throw error;
  }
}
