/** Addresses of the hosts of the examples (RFC 5737, RFC 3849). */
export const ADDRESSES = {
  web: ["192.0.2.7", "2001:db8::7"],
  mail: ["192.0.2.25"],
  dns: ["192.0.2.53"],
  silent: ["192.0.2.99"],
} as const;

/** A record without its name: type, TTL in seconds, and data as in a zone file. */
export type ZoneRecord = readonly [type: string, ttl: number, data: string];

/** Records of the names of the examples. */
export const ZONES: Readonly<Record<string, readonly ZoneRecord[]>> = {
  "example.com.": [
    ["A", 300, ADDRESSES.web[0]],
    ["AAAA", 300, ADDRESSES.web[1]],
    ["MX", 3600, "10 mail.example.com."],
    ["NS", 86400, "ns.example.com."],
    ["TXT", 3600, '"v=spf1 mx -all"'],
    ["CAA", 3600, '0 issue "ca.example.net"'],
    ["SOA", 3600, "ns.example.com. hostmaster.example.com. 2026112701 7200 900 1209600 300"],
  ],
  "github.com.": [["A", 300, ADDRESSES.web[0]]],
  "www.example.com.": [["CNAME", 300, "example.com."]],
  "mail.example.com.": [["A", 300, ADDRESSES.mail[0]]],
  "ns.example.com.": [["A", 86400, ADDRESSES.dns[0]]],
  "_submission._tcp.example.com.": [["SRV", 3600, "0 1 587 mail.example.com."]],
  "7.2.0.192.in-addr.arpa.": [["PTR", 3600, "example.com."]],
  "25.2.0.192.in-addr.arpa.": [["PTR", 3600, "mail.example.com."]],
};

/** Domains whose name servers fail. */
export const BROKEN = ["example.net."];
