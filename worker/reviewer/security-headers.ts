/** What a browser is told with every answer of the page: show this, run nothing, fetch nothing, tell nobody. */
import type { MiddlewareHandler } from "hono";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  // No script is ever served; this refuses the sinks too, should one appear.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Those of every page of the gate; each has a content policy of its own beside them. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-Robots-Tag": "noindex, nofollow",
};

export const securityHeaders = (): MiddlewareHandler =>
  async function securityHeaders(c, next) {
    await next();
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
    // The stylesheet says how long it keeps; nothing else does.
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "no-store");
  };
