import type { Address } from "../../address/address.ts";
import type { LineClientOptions } from "./line_options.ts";
import { LineChannel } from "./line_channel.ts";
import { openChannel } from "./open_channel.ts";

/** Steps of a protocol at the beginning of a connection. */
export interface LineSteps {
  /** Reads the greeting. It is called once, before or, with implicit TLS, after the handshake. */
  greet(channel: LineChannel): Promise<void>;
  /** Asks for TLS; returns whether the handshake follows, which may be false only where `required` is. */
  startTls(channel: LineChannel, required: boolean): Promise<boolean>;
}

/**
 * Connects, reads the greeting and starts TLS. What the server has said before TLS is to be forgotten by the caller.
 *
 * @throws {NetworkError} `starttls-injection`, and what `dial` and the steps throw.
 * @throws {TimeoutError} When a phase takes too long.
 */
export async function openLines(address: Address, options: LineClientOptions, steps: LineSteps): Promise<LineChannel> {
  const { trace } = options;
  const { channel } = await openChannel<LineChannel>(address, options, {
    channelOn: (connection, clock) => new LineChannel(connection, clock, trace),
    ...steps,
  });
  return channel;
}
