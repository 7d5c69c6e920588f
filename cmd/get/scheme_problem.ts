import { UsageError } from "../../lib/core/mod.ts";
import { isFtpUrl } from "../../lib/get/internal.ts";
import type { GetCall } from "./call.ts";

/** Options that only HTTP has. */
const OF_HTTP = [
  "page",
  "images",
  "header",
  "data",
  "method",
  "compressed",
  "http2",
  "https-first",
  "location-trusted",
  "show-error-body",
] as const;

/** Returns the error for an option that the scheme of a URL has no use for. */
export function schemeProblem(url: string, options: GetCall["options"]): UsageError | undefined {
  if (!isFtpUrl(url)) {
    return options["ftp-tls"] && url !== "-" ? new UsageError("--ftp-tls requires an ftp: URL") : undefined;
  }
  const given = OF_HTTP.find((name) => isGiven(options[name]));
  return given &&
    new UsageError(`--${given} cannot be combined with an ${url.trim().split(":")[0]?.toLowerCase()}: URL`);
}

function isGiven(value: GetCall["options"][typeof OF_HTTP[number]]): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}
