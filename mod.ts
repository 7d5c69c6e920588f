/**
 * Toucan as a library: network tools for both ends of the wire.
 * @module
 */
export * from "./lib/chat/mod.ts";
export * from "./lib/check/mod.ts";
export * from "./lib/core/public.ts";
export * from "./lib/dns/mod.ts";
export * from "./lib/file/mod.ts";
export * from "./lib/ftp/mod.ts";
export * from "./lib/get/mod.ts";
export * from "./lib/http/mod.ts";
export * from "./lib/mail/mod.ts";
export * from "./lib/tcp/mod.ts";
export * from "./lib/url/mod.ts";
export * from "./lib/udp/mod.ts";
