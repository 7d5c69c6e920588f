import { foldName } from "../../codec/names.ts";
import { CHANSERV } from "./chanserv.ts";
import { NICKSERV } from "./nickserv.ts";
import type { ChatService } from "./service.ts";

const SERVICES: ReadonlyMap<string, ChatService> = new Map(
  [CHANSERV, NICKSERV].map((service) => [foldName(service.nick), service]),
);

/** Returns the service with a nickname. */
export function findService(nick: string): ChatService | undefined {
  return SERVICES.get(foldName(nick));
}
