import type { HttpServerOptions } from "../../http/mod.ts";

/** Options of the page of a chat, wherever it is served. */
export interface ChatPageSettings extends Pick<HttpServerOptions, "trustProxy"> {
  /**
   * Host names that requests may be for, in addition to addresses and `localhost`: `chat.example`, `*.example.com`,
   * `*`.
   *
   * @default {[]}
   */
  readonly names?: readonly string[];
}
