import { kind, option, releasePaths } from "../../lib/cli/mod.ts";
import type { ToucanError } from "../../lib/core/mod.ts";
import type { ChatAccounts, ChatNetwork, ChatNetworkEvent, ChatNetworkInvitations } from "../../lib/chat/mod.ts";

const DAY_MS = 86_400_000;
const addresses = kind.text("URL[,URL]", "addresses of NATS brokers");

/** Options for the brokers of a network, beside their addresses. */
export const BROKER_OPTIONS = {
  "nats-creds": option(kind.file, "the credentials file for the brokers", {
    reads: true,
    startup: true,
    with: ["nats"],
  }),
  "nats-network": option(kind.text("NAME", "a name"), "the name of the network at the brokers (default: chat)", {
    with: ["nats"],
  }),
  "nats-replicas": option(
    kind.choice("1", "3"),
    "number of brokers that store each message, set by the first server of a network (default: 1)",
    { with: ["nats"] },
  ),
};

/** Options of `chat account` for a network. */
export const ACCOUNT_NETWORK_OPTIONS = {
  "nats": option(addresses, "manage the accounts of a network of servers; there is no FILE then", {
    needs: () => ({ net: true }),
  }),
  ...BROKER_OPTIONS,
};

/** Options of `chat invitation` for a network. */
export const INVITATION_NETWORK_OPTIONS = {
  "nats": option(addresses, "manage the invitations to a network of servers; there is no FILE then", {
    needs: () => ({ net: true }),
  }),
  ...BROKER_OPTIONS,
};

/** Options of `chat serve` for a network of several servers. */
export const NETWORK_OPTIONS = {
  "nats": option(
    addresses,
    "form one chat with all servers that use the same brokers: NATS with JetStream",
    {
      without: ["always-on"],
      because: "presence is that of one server",
      more: "Addresses are nats://HOST:PORT or tls://HOST:PORT, separated by commas. A message is echoed when the " +
        "brokers have stored it. While they cannot be reached, clients can read, and their messages are rejected. " +
        "With --history, each server keeps what the network has in a file of its own, which may be deleted: it is filled " +
        "from the brokers again. The servers have the same accounts, which toucan chat account --nats manages, too. " +
        "A client of the brokers can read and write everything, keys of channels and private messages included.",
    },
  ),
  ...BROKER_OPTIONS,
  "nats-days": option(
    kind.integer(1, 36_500, "DAYS"),
    "delete messages of the log at the brokers after this many days",
    {
      with: ["nats"],
      more: "The state of the chat and the last 1000 messages of each channel are stored at the brokers every 50,000 " +
        "events or 10 minutes. Of what is above this limit or --nats-size, messages that are in the last but one state " +
        "are deleted; without a limit, the log is kept.",
    },
  ),
  "nats-size": option(kind.size, "maximum size of the log at the brokers (approximate)", { with: ["nats"] }),
};

/** Values of these options. */
interface NetworkValues {
  readonly nats?: string;
  readonly "nats-creds"?: string;
  readonly "nats-network"?: string;
  readonly "nats-replicas"?: "1" | "3";
  readonly "nats-days"?: number;
  readonly "nats-size"?: number;
}

/** Connects to the network, if one is given; `report` gets each event, with its text. */
export async function networkOf(
  values: NetworkValues,
  report: (state: ChatNetworkEvent["event"], text: string, error?: ToucanError) => void,
): Promise<ChatNetwork | undefined> {
  if (values.nats === undefined) return undefined;
  const { connectChatNetwork } = await import("../../lib/chat/internal.ts");
  const onEvent = ({ event, error }: ChatNetworkEvent) =>
    report(event, error ? `${error.message}; ${NOTES[event]}` : NOTES[event], error);
  const { "nats-days": days, "nats-size": bytes } = values;
  const retention = { bytes, age: days === undefined ? undefined : days * DAY_MS };
  return await connectChatNetwork(values.nats.split(","), { ...await brokersOf(values), retention, onEvent });
}

/** Opens the accounts of a network, if one is given. */
export async function networkAccountsOf(values: NetworkValues): Promise<ChatAccounts | undefined> {
  if (values.nats === undefined) return undefined;
  const { openChatNetworkAccounts } = await import("../../lib/chat/internal.ts");
  return await openChatNetworkAccounts(values.nats.split(","), await brokersOf(values));
}

/** Opens the invitations to a network, if one is given. */
export async function networkInvitationsOf(values: NetworkValues): Promise<ChatNetworkInvitations | undefined> {
  if (values.nats === undefined) return undefined;
  const { openChatNetworkInvitations } = await import("../../lib/chat/internal.ts");
  return await openChatNetworkInvitations(values.nats.split(","), await brokersOf(values));
}

async function brokersOf(values: NetworkValues) {
  const { "nats-creds": path, "nats-network": network, "nats-replicas": replicas = "1" } = values;
  const credentials = path === undefined ? undefined : await Deno.readFile(path);
  if (path !== undefined) releasePaths(path);
  return { network, credentials, replicas: Number(replicas) };
}

const NOTES: Readonly<Record<ChatNetworkEvent["event"], string>> = {
  entered: "the history of the network is complete",
  unavailable: "messages are rejected until the brokers can be reached",
  available: "the brokers can be reached again",
  expelled: "the other servers have not heard this one: its clients have to reconnect",
};
