// Meaning of the server's numerics for a client (RFC 2812, section 5; modern IRC).

/** Numerics for a channel that cannot be joined; 470 announces a forward to another channel. */
export const JOIN_ERRORS = [
  "403",
  "405",
  "437",
  "470",
  "471",
  "473",
  "474",
  "475",
  "476",
  "477",
  "480",
  "485",
  "489",
  "520",
];
/** Reasons for numerics whose text does not state them. */
export const JOIN_ERROR_TEXTS: Readonly<Record<string, string>> = {
  "403": "no such channel",
  "405": "too many channels joined",
  "471": "the channel is full (+l)",
  "473": "the channel is invite-only (+i)",
  "474": "banned from the channel (+b)",
  "475": "wrong channel key (+k)",
  "476": "invalid channel name",
};
/** Numerics for a rejected message, with its target. */
export const SEND_ERRORS = ["401", "403", "404", "442"];
/** Numerics for a rejected message, without a target. */
export const UNTARGETED_SEND_ERRORS = ["407", "411", "412", "417"];
/** Replies that are not shown: their content is known, or reported by another event. */
export const HIDDEN_REPLIES = new Set(
  ("001 002 003 004 005 250 251 252 253 254 255 265 266 315 318 323 329 333 353 366 368 375 376 422 396 " +
    // Messages of requested capabilities, such as typing notifications.
    "CAP TAGMSG").split(" "),
);
