// What the numerics of a server mean to a client (RFC 2812, section 5; modern IRC).

/** Numerics that say that a channel cannot be joined; 470 that we were sent to another. */
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
/** Why a channel cannot be joined, for numerics whose text does not say it by itself. */
export const JOIN_ERROR_TEXTS: Readonly<Record<string, string>> = {
  "403": "no such channel",
  "405": "too many channels joined",
  "471": "the channel is full (+l)",
  "473": "the channel is invite-only (+i)",
  "474": "banned from the channel (+b)",
  "475": "wrong channel key (+k)",
  "476": "invalid channel name",
};
/** Numerics that say that a message was not taken, and have its target. */
export const SEND_ERRORS = ["401", "403", "404", "442"];
/** The same without a target. */
export const UNTARGETED_SEND_ERRORS = ["407", "411", "412", "417"];
/** What needs no showing: it is known, or told in another way. */
export const HIDDEN_REPLIES = new Set(
  ("001 002 003 004 005 250 251 252 253 254 255 265 266 315 318 323 329 333 353 366 368 375 376 422 396 " +
    // What comes of the capabilities that we have, such as that somebody is typing.
    "CAP TAGMSG").split(" "),
);
