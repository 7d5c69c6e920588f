/** Number of known gaps in the documentation of each room; a room that is not listed has none. */
export const PENDING: Readonly<Record<string, number>> = {
  chat: 41,
  core: 73,
  http: 102,
  tcp: 12,
  udp: 11,
};
