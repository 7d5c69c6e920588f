import { UsageError } from "../../../core/errors/errors.ts";
import { isNetwork } from "../../../core/address/network_list.ts";
import { parsed } from "../kind.ts";
import { list, type Options } from "../option.ts";

const hostName = parsed("NAME", "a host name such as files.example or *.example.com", (text) => {
  if (/^(?:\*|(?:\*\.|\.)?[^\s:*/@?#[\]]+)(?::\d{1,5})?$/.test(text)) return text;
  throw new UsageError(`"${text}" is not a host name`);
});

const proxies = parsed("ADDRESS", "an address, a network such as 10.0.0.0/8, loopback or private", (text) => {
  if (isNetwork(text)) return text;
  throw new UsageError(`"${text}" is not an address or a network`);
});

/** Options of servers that browsers reach under a name, or through a reverse proxy. */
export const HTTP_FRONT = {
  "allow-host": list(
    hostName,
    "accept HTTP requests for this host name",
    {
      group: "listening",
      more:
        "Others than this machine's are rejected, against DNS rebinding. *.NAME accepts all names below NAME, .NAME " +
        "those and NAME itself, * all names.",
    },
  ),
  "trust-proxy": list(
    proxies,
    "trust the forwarding fields of this reverse proxy",
    {
      group: "listening",
      more:
        "The fields are X-Forwarded-For, -Proto, -Host, -Prefix and Forwarded. The proxy is an address, a network " +
        "such as 10.0.0.0/8, loopback or private.",
    },
  ),
} satisfies Options;
