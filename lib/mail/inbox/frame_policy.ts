/**
 * What the browser may do with the HTML of a message on the page: show it, and open a link in a tab of its own. No script, no form, no
 * frame, nothing from anywhere: not even the inbox itself, whose pages it shares an address with.
 */
const FRAME_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
  "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; img-src data:";

/** The policy of the frame; remote images are for those who ask for them: their server learns who reads the message, and when. */
export function framePolicy(remoteImages: boolean): string {
  return remoteImages ? `${FRAME_POLICY} http: https:` : FRAME_POLICY;
}
