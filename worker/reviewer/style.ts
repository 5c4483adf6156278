/** The page's stylesheet, served from its own address so that the policy can forbid every other style. */
import { sha256Hex } from "../../core/hash.ts";
import { STYLE_BASE } from "./style-base.ts";
import { STYLE_CONTENT } from "./style-content.ts";
import { STYLE_LAYOUT } from "./style-layout.ts";
import { STYLE_TOKENS } from "./style-tokens.ts";

export const STYLE = `${STYLE_TOKENS}${STYLE_BASE}${STYLE_LAYOUT}${STYLE_CONTENT}`;

/** A new stylesheet has a new address, so a browser never shows a new page in an old dress. */
export const STYLE_HREF = `/review/style.css?v=${sha256Hex(STYLE).slice(0, 16)}`;
