import type { Job } from "../transfer.ts";

/** Lines that are encoded and sent at once. */
const LINES_AT_ONCE = 1000;

/** Sends lines. */
export function listingJob(lines: readonly string[]): Job {
  return {
    opening: "Here comes the directory listing",
    async run(data) {
      const encoder = new TextEncoder();
      for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
        const text = lines.slice(at, at + LINES_AT_ONCE).map((line) => `${line}\r\n`).join("");
        await data.write(encoder.encode(text));
      }
      await data.finish();
      return "Directory send OK";
    },
    close() {},
  };
}
