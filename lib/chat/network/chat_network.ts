import type { ToucanError } from "../../core/errors/errors.ts";

/** Event of a server in a network. */
export interface ChatNetworkEvent {
  /**
   * `entered`: this server has read the log and is in the network. `unavailable` and `available`: the brokers cannot be
   * reached, or can again. `expelled`: the other servers have not heard this one, and its clients have to reconnect.
   */
  readonly event: "entered" | "unavailable" | "available" | "expelled";
  /** Cause. */
  readonly error?: ToucanError;
}

/** Connection of a chat server to its network, for the `cluster` option of `serveChat`, which closes it. */
export interface ChatNetwork extends AsyncDisposable {
  /** Name of the network at the brokers. */
  readonly network: string;
}

/**
 * Limits of the log of a network. Messages above a limit are deleted when the state of the network is stored, except those
 * after the last but one time.
 */
export interface ChatLogRetention {
  /**
   * Age of messages, in milliseconds.
   *
   * @default {undefined}
   */
  readonly age?: number;
  /**
   * Size in bytes.
   *
   * @default {undefined}
   */
  readonly bytes?: number;
}
