import type { LoginLimit, ServerEngine } from "../../core/mod.ts";
import type { PassivePorts } from "./data/ports.ts";
import type { FtpFiles } from "./files.ts";
import type { FtpServerOptions } from "./types.ts";

/** Dependencies that all connections of a server share. */
export interface FtpHost extends Pick<FtpServerOptions, "credentials" | "passiveHost" | "trace" | "onEvent"> {
  /** The files. */
  readonly files: FtpFiles;
  /** Failed logins, by address. */
  readonly logins: LoginLimit;
  /** Server end of TLS; without it there is no TLS. */
  readonly engine?: ServerEngine;
  /** Whether connections begin with TLS. */
  readonly implicit: boolean;
  /** Fires when the server stops. */
  readonly stopped: AbortSignal;
  /** Ports for data connections. */
  readonly ports: PassivePorts;
  /** Reports a fault of this machine. */
  report(peer: string, error: unknown): void;
  /** Limits in milliseconds. */
  readonly timeouts: {
    readonly idle: number;
    readonly login: number;
    readonly data: number;
    readonly handshake: number;
  };
}
