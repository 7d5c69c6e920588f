/**
 * `irc-framework`, the client library of Kiwi IRC and The Lounge.
 * @module
 */
// @ts-types="./irc_framework.d.ts"
import framework from "irc-framework";
export type { IrcEvent } from "./irc_framework.d.ts";

/** Client of irc-framework. */
export const IrcFramework = framework.Client;
