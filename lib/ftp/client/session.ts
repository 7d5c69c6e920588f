import type { HostPort } from "../../core/mod.ts";
import type { PhaseClock } from "../../core/time/phase_clock.ts";
import type { FtpFeatures } from "../codec/features.ts";
import type { FtpChannel } from "./channel.ts";
import type { FtpClientOptions } from "./options.ts";
import type { DataClock } from "./transfer/data_clock.ts";

/** FTP session after the login. */
export interface FtpSession {
  /** Commands and replies. */
  readonly channel: FtpChannel;
  /** Time of each phase. */
  readonly clock: PhaseClock;
  /** Time of data connections. */
  readonly dataClock: DataClock;
  /** Features of the server. */
  readonly features: FtpFeatures;
  /** Folder after the login; undefined if the server does not tell it in the form of Unix. */
  readonly home?: string;
  /** Server of the control connection, as named by the caller. */
  readonly server: HostPort;
  /** Host of data connections: the peer of the control connection; through a proxy, what that was asked for. */
  readonly dataHost: string;
  /** Options of the caller. */
  readonly options: FtpClientOptions;
  /** Whether several commands are sent in one write: simple servers, in devices, may read only the first of them. */
  readonly pipelining: boolean;
  /** Command for passive mode that is in use. */
  passive: "EPSV" | "PASV";
  /** Whether a data connection by that command was established before: then a transfer is requested together with it. */
  passiveWorks: boolean;
  /** Whether folders are listed by `MLSD`. */
  mlsd: boolean;
  /** Option of `LIST` that shows all entries; undefined if the server has none. */
  listOption?: "-a";
  /** Algorithm selected for `HASH`. */
  hash?: string;
}

/**
 * Returns a path as the server is sent it. The session moves between folders, so that a relative path is completed
 * by the folder after the login.
 */
export function remotePath({ home }: FtpSession, path: string): string {
  if (path.startsWith("/") || home === undefined) return path === "" ? "." : path;
  const relative = path.replace(/^\.(?:\/+|$)/, "");
  if (relative === "") return home;
  return home.endsWith("/") ? `${home}${relative}` : `${home}/${relative}`;
}
