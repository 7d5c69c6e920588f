import type { ServeHttps } from "./https.ts";

/** Loads what serves DNS over HTTPS: a server that does not needs no HTTP. */
export async function loadHttps(): Promise<ServeHttps> {
  return (await import("./https.ts")).serveHttps;
}
