import { CLOSE_CODES, encodeClose, encodeFrame, WebSocketDecoder, WebSocketError } from "../../../http/internal.ts";
import { ClientLineSplitter, readClientLine, type RefusedLine, refusedLine } from "../../codec/client_line.ts";
import { type IrcMessage, MAX_LINE_BYTES, MAX_TAG_BYTES } from "../../codec/message.ts";

/** Parses a client's bytes as messages, for any framing. */
export interface MessageReader {
  /** Parses the next bytes and returns the messages that they complete; `closed` is true when the client closes. */
  push(bytes: Uint8Array): { readonly messages: readonly (IrcMessage | RefusedLine)[]; readonly closed?: boolean };
}

/** Creates a reader for lines that end with CR LF. */
export function lineReader(): MessageReader {
  const lines = new ClientLineSplitter();
  return { push: (bytes) => ({ messages: lines.push(bytes) }) };
}

/**
 * Creates a reader for messages in WebSocket frames (IRCv3 websocket). Answers pings. The close frame, also for a
 * protocol error, is passed to `last`: nothing may follow it (RFC 6455, section 5.5.1).
 */
export function webSocketReader(send: (bytes: Uint8Array) => void, last: (close: Uint8Array) => void): MessageReader {
  const decoder = new WebSocketDecoder({ limit: MAX_LINE_BYTES + MAX_TAG_BYTES });
  const bytesOf = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const read = (bytes: Uint8Array): IrcMessage | RefusedLine => {
    try {
      return readClientLine(bytesOf.decode(bytes).replace(/\r?\n$/, ""));
    } catch {
      return refusedLine(new TextDecoder().decode(bytes), "not-utf8");
    }
  };
  return {
    push(bytes) {
      const messages: (IrcMessage | RefusedLine)[] = [];
      try {
        for (const event of decoder.push(bytes)) {
          if (event.kind === "text") messages.push(readClientLine(event.text.replace(/\r?\n$/, "")));
          else if (event.kind === "binary") messages.push(read(event.bytes));
          else if (event.kind === "ping") {
            send(encodeFrame("pong", event.bytes));
            // It counts as an empty line.
            messages.push(refusedLine("", "empty"));
          } else if (event.kind === "close") {
            last(encodeClose(event.code ?? CLOSE_CODES.normal));
            return { messages, closed: true };
          }
        }
      } catch (error) {
        if (!(error instanceof WebSocketError)) throw error;
        last(encodeClose(error.closeCode, error.message));
        return { messages, closed: true };
      }
      return { messages };
    },
  };
}
