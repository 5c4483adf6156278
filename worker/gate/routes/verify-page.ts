/** `/verify`: the page that verifies in the browser, one file that asks for nothing more (cli/build-verify-page.ts). */
import { Hono } from "hono";
import { contentPolicy, html } from "../../../dist/verify-page.ts";
import { PAGE_HEADERS } from "../../reviewer/security-headers.ts";
import type { AppEnv } from "../app.ts";

export const verifyPageRoutes = new Hono<AppEnv>();

verifyPageRoutes.get("/", (c) =>
  c.body(html, 200, {
    ...PAGE_HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    // A frame around it could show another verdict; in the page itself a policy cannot say so.
    "Content-Security-Policy": `${contentPolicy}; frame-ancestors 'none'`,
    "Cache-Control": "public, max-age=300",
  }),
);
