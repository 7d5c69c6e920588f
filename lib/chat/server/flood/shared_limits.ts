/**
 * Limits that clients of one address have in common, and clients of one account: without them, many clients would
 * multiply what one may do. An address is an IPv4 address or an IPv6 /64; this machine is exempt. They follow from the
 * limits of one client, so that they need no options of their own.
 *
 * The rest is limited elsewhere: connections at once (`ConnectionCounter`), failed logins (`LoginGuard`), registrations
 * of accounts (`ChatState`), files and tickets (`lib/chat/files`).
 */
export const SHARED_LIMITS = {
  /**
   * Clients with the full rate: more of them share it. Several users behind one router, or the devices of one user, do
   * not notice; a hundred clients send as much as ten.
   */
  clients: 10,
  /** New connections at once, as a multiple of the connections: all clients of an address can reconnect twice. */
  newConnections: 2,
  /** Seconds in which as many new connections are accepted after that as there can be at once. */
  connectionSeconds: 4,
  /** Part of all channels that one address or account may have opened: ten of them are needed to exhaust the server. */
  channels: 0.1,
  /** Addresses and accounts in memory; beyond it the ones that were used least recently are forgotten. */
  keys: 20_000,
} as const;
