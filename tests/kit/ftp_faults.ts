import { createServer, Socket } from "node:net";
import { closeQuietly, writeAll } from "../../lib/core/mod.ts";
import type { FtpMischief, FtpWire } from "./scripted_ftp.ts";

/** Server's end of a data connection. */
export type FtpDataEnd = Awaited<ReturnType<FtpWire["data"]>>;

/** Transfer from the server, in parts that a test changes. */
export interface FtpSending {
  /** First reply. @default 150 */
  readonly begin?: string;
  /** Data, one byte for each character; a function sends it itself. @default none */
  readonly content?: string | ((data: FtpDataEnd) => Promise<void>);
  /** Whether the data connection stays open. */
  readonly open?: boolean;
  /** Last reply; `cut` closes the control connection instead, before the end of the data. @default 226 */
  readonly end?: string | "cut";
}

const BEGIN = "150 Opening BINARY mode data connection\r\n";
const END = "226 Transfer complete\r\n";
const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** Sends data in place of what a command asks for. */
export function sending({ begin = BEGIN, content = "", open = false, end = END }: FtpSending): FtpMischief {
  return async (wire) => {
    await wire.say(begin);
    const data = await wire.data();
    if (typeof content === "function") await content(data);
    else await writeAll(data, bytes(content));
    if (end === "cut") wire.close();
    if (!open) data.close();
    if (end !== "cut") await wire.say(end);
  };
}

/** Receives a file, as `work` does it. */
export function receiving(work: (wire: FtpWire, data: FtpDataEnd) => Promise<void>): FtpMischief {
  return async (wire) => {
    await wire.say("150 Ok to send data\r\n");
    await work(wire, await wire.data());
  };
}

/** Reads a data connection to its end. */
export async function drain(data: FtpDataEnd): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  while (await data.read(buffer) !== null);
  closeQuietly(data);
}

/** Whether the runtime can reset connections: Deno 2.7 cannot. */
export const CAN_RESET: boolean = "resetAndDestroy" in Socket.prototype;

/**
 * Sends data for a command, and then resets the data connection, which only a socket of Node.js does. The changes are for `EPSV`
 * and the command.
 */
export function resetting(verb: string, content: string, end: string | "cut" = END): Record<string, FtpMischief> {
  let accepted = Promise.withResolvers<Socket>();
  return {
    EPSV: async (wire) => {
      accepted = Promise.withResolvers<Socket>();
      const listener = createServer((socket) => {
        listener.close();
        // The client may be the first to leave.
        socket.on("error", () => {});
        accepted.resolve(socket);
      });
      await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
      const address = listener.address();
      await wire.say(`229 Extended (|||${typeof address === "object" ? address?.port : 0}|)\r\n`);
    },
    [verb]: async (wire) => {
      await wire.say(BEGIN);
      const socket = await accepted.promise;
      await new Promise<void>((resolve) => void socket.write(content, () => resolve()));
      if (end === "cut") wire.close();
      socket.resetAndDestroy();
      if (end !== "cut") await wire.say(end);
    },
  };
}
