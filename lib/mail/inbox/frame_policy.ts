/**
 * Content security policy of a message's HTML on the page: it can be shown, and links open in a new tab. Scripts, forms,
 * frames and requests are blocked, including those to the inbox, which has the same origin.
 */
const FRAME_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; " +
  "font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; img-src data:";

/** The policy of the frame; remote images are for those who ask for them: their server learns who reads the message, and when. */
export function framePolicy(remoteImages: boolean): string {
  return remoteImages ? `${FRAME_POLICY} http: https:` : FRAME_POLICY;
}
