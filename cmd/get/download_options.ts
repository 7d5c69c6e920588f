import {
  clientTls,
  copiedStdinChunks,
  credentialsOf,
  familyOf,
  PROXY_VARIABLES,
  proxyTls,
  releasePaths,
  VERSION,
} from "../../lib/cli/mod.ts";
import { readAll, readVariable } from "../../lib/core/mod.ts";
import type { SavePageOptions } from "../../lib/get/internal.ts";
import { bodyPath, proxyForUrl, readRequestBody, requestFields } from "../../lib/http/internal.ts";
import type { GetCall } from "./call.ts";

/** Some servers refuse requests without these. */
const DEFAULT_FIELDS: readonly (readonly [string, string])[] = [["User-Agent", `toucan/${VERSION}`], ["Accept", "*/*"]];
const FORM = ["Content-Type", "application/x-www-form-urlencoded"] as const;

/** Returns the options of all downloads. */
export async function downloadOptions({ options, output, signal, trace }: GetCall): Promise<SavePageOptions> {
  const { proxy, direct, data, method, head, header: given } = options;
  const { http2, retries, timeout, stall, compressed, checksum, force, resume, parallel, json: digest } = options;
  const { "retry-wait": retryWait, "max-size": maxSize, "max-redirects": maxRedirects } = options;
  const body = data.length === 0
    ? undefined
    : await readRequestBody(data, () => readAll(copiedStdinChunks(), Infinity));
  releasePaths(...data.map(bodyPath));
  const fixed = proxy === "env" ? undefined : proxy;
  const env = new Map((fixed || direct ? [] : PROXY_VARIABLES).map((name) => [name, readVariable(name)]));
  const trust = await proxyTls(options, output);
  const credentials = await credentialsOf(options);
  const defaults = body ? [...DEFAULT_FIELDS, FORM] : DEFAULT_FIELDS;
  return {
    ...{
      signal,
      trace,
      retries,
      retryWait,
      retryRefused: options["retry-refused"],
      timeout,
      stall,
      maxSize,
      maxRedirects,
      locationTrusted: options["location-trusted"],
      httpsFirst: options["https-first"],
      compressed,
      checksum,
      force,
      resume,
    },
    ...{ http2, body, parallel, digest, errorBody: options["show-error-body"], noScripts: options["no-scripts"] },
    method: method ?? (head ? "HEAD" : body ? "POST" : "GET"),
    headers: requestFields({ defaults, given, http2, credentials }),
    ...{ ftpUser: credentials?.user, ftpPassword: credentials?.password, ftpTls: options["ftp-tls"] },
    family: familyOf(options),
    tls: await clientTls({ ...options, tls: true }, output),
    ...{ resolve: options.resolve, connectTo: options["connect-to"] },
    connectTimeout: options["connect-timeout"],
    proxyFor: (url) => {
      const chosen = fixed ?? proxyForUrl(url, (name) => env.get(name));
      return chosen?.scheme === "https" ? { ...chosen, tls: trust } : chosen;
    },
  };
}
