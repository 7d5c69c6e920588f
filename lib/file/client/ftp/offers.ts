import type { FtpClient } from "../../../ftp/mod.ts";

/** Returns whether the server computes SHA-256 digests. */
export function offersSha256({ features }: FtpClient): boolean {
  return features.hashes.includes("SHA-256") || features.has("XSHA256");
}
