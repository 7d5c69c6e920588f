/** Gaps in the documentation of each room that are still to be filled; a room that is not listed has none. */
export const PENDING: Readonly<Record<string, number>> = {
  core: 73,
  dns: 38,
  http: 102,
  mail: 72,
  tcp: 12,
  udp: 11,
  url: 77,
};
