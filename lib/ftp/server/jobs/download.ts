import { readAhead } from "../../../core/mod.ts";
import type { FtpSource } from "../files.ts";
import type { Job } from "../connection/transfer.ts";

/** Sends a file, from a byte on that it is at. */
export function downloadJob(source: FtpSource, offset: number): Job {
  const length = source.size - offset;
  return {
    opening: `Opening data connection (${length} bytes)`,
    async run(data) {
      // What is appended meanwhile was not announced.
      let rest = length;
      const read = async (into: Uint8Array) => {
        if (rest === 0) return null;
        const count = await source.read(into.length > rest ? into.subarray(0, rest) : into);
        if (!count) throw new Error("the file has become shorter while it was sent");
        rest -= count;
        return count;
      };
      await readAhead(read, (bytes) => data.write(bytes), length);
      await data.finish();
      return "Transfer complete";
    },
    close: () => source.close(),
  };
}
