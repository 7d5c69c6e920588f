import { showUntrusted } from "../../core/mod.ts";
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
