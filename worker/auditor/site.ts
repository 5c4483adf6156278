/** The auditor's page among the gate's pages: its frame, its stylesheet and its way in. */
import { sha256Hex } from "../../core/hash.ts";
import type { Site } from "../reviewer/site.ts";
import { STYLE as STYLE_REVIEW } from "../reviewer/style.ts";
import { STYLE_AUDIT } from "./style-audit.ts";

export const STYLE = `${STYLE_REVIEW}${STYLE_AUDIT}`;

export const AUDIT: Site = {
  root: "/audit",
  styleHref: `/audit/style.css?v=${sha256Hex(STYLE).slice(0, 16)}`,
  label: "Audit",
  pages: [
    { id: "search", path: "/audit", title: "Actions" },
    { id: "log", path: "/audit/log", title: "Log" },
    { id: "verify", path: "/verify", title: "Verify" },
  ],
  signIn: {
    title: "Sign in to audit",
    lead: "What your agents did, who let it pass, and the proof of it. Sign in to look it up.",
    whose: "an auditor",
  },
  back: "To the search",
};
