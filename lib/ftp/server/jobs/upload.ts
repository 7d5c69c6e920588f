import { readAhead } from "../../../core/mod.ts";
import type { FtpPath, FtpUpload } from "../files.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Job } from "../connection/transfer.ts";

/** Bytes that a client mostly writes at once: such a file is hardly cut, and there may be thousands of them. */
const ONE_WRITE = 64 * 1024;
/** Milliseconds in which the control connection of a killed client ends after its data connection. */
const SETTLE_MS = 50;
const SETTLE_SMALL_MS = 5;

/**
 * Receives a file. It gets its name when the client has ended its data connection, all that it has announced has arrived, and the
 * control connection is still there; otherwise what has arrived is kept for a while.
 */
export function uploadJob(upload: FtpUpload, path: FtpPath, announced: number | undefined): Job {
  return {
    // RFC 1123 §4.1.2.9 has the name there for STOU.
    opening: `FILE: ${path.at(-1) ?? ""}`,
    async run(data) {
      await readAhead((into) => data.read(into), (bytes) => upload.write(bytes));
      // With TLS some clients wait for this end. Those who do not may be gone by now.
      await data.finish().catch(() => {});
      if (announced !== undefined && upload.size < announced) {
        throw new FtpRefusal(426, `Incomplete: ${upload.size} of ${announced} bytes received`);
      }
      // Only the end of the data tells that the file is complete.
      if (announced === undefined) await data.settle(upload.size > ONE_WRITE ? SETTLE_MS : SETTLE_SMALL_MS);
      await upload.commit(() => data.check());
      return "Transfer complete";
    },
    close: () => upload.interrupt(),
  };
}
