import { showUntrusted } from "../../core/mod.ts";
import type { FtpEvent } from "../../ftp/mod.ts";
import type { ServedRequest } from "../../http/mod.ts";

/** A request that is over, as a line for an access log: nothing in it does anything to a terminal, or breaks the line. */
export function accessLine(request: ServedRequest): string {
  const { peer, method, target, version, status, bytes, ms, error } = request;
  const asked = method === "" ? "-" : `${method} ${target} HTTP/${version ?? "1.1"}`;
  const shown = showUntrusted(asked, { limit: 2000 }).replaceAll('"', "%22");
  const failed = error !== undefined && (status === 0 || status >= 500);
  const why = failed
    ? ` (${showUntrusted(error instanceof Error ? error.message : String(error), { limit: 300 })})`
    : "";
  return `${new Date().toISOString()} ${peer} "${shown}" ${status} ${bytes} ${ms.toFixed(1)}ms${why}`;
}

/** A request that is over, as a record: what the line says, by name. */
export function accessRecord({ headers: _, ...request }: ServedRequest): Omit<ServedRequest, "headers"> {
  return { ...request, ms: Number(request.ms.toFixed(3)) };
}

/** A command of an FTP client as a line for an access log. */
export function ftpAccessLine({ peer, command, path, code, bytes, ms, error }: FtpEvent): string {
  const shown = showUntrusted(`${command}${path === "" ? "" : ` ${path}`} FTP`, { limit: 2000 }).replaceAll('"', "%22");
  const why = error ? ` (${showUntrusted(error.message, { limit: 300 })})` : "";
  return `${new Date().toISOString()} ${peer} "${shown}" ${code} ${bytes} ${ms.toFixed(1)}ms${why}`;
}

/** The same as a record, with the names that a request by HTTP has. */
export function ftpAccessRecord({ command, path, code, ms, ...event }: FtpEvent): FtpAccessRecord {
  return { ...event, method: command, target: path, status: code, ms: Number(ms.toFixed(3)) };
}

/** Record of a command of an FTP client. */
export interface FtpAccessRecord extends Pick<FtpEvent, "peer" | "user" | "bytes" | "ms" | "error"> {
  /** Command. */
  readonly method: string;
  /** Absolute path. */
  readonly target: string;
  /** Code of the last reply. */
  readonly status: number;
}
