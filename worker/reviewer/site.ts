/** The gate's pages for people: what their frame, their sign-in and their links have of their own. */
import { STYLE_HREF } from "./style.ts";

export interface Site {
  /** Where it is mounted; its links and forms name this path. */
  readonly root: string;
  readonly styleHref: string;
  /** What the navigation is called, and its entries. */
  readonly label: string;
  readonly pages: readonly { readonly id: string; readonly path: string; readonly title: string }[];
  readonly signIn: { readonly title: string; readonly lead: string; readonly whose: string };
  /** Where a page that only says something leads to. */
  readonly back: string;
}

export const REVIEW: Site = {
  root: "/review",
  styleHref: STYLE_HREF,
  label: "Approvals",
  pages: [
    { id: "waiting", path: "/review", title: "Waiting" },
    { id: "history", path: "/review/history", title: "History" },
  ],
  signIn: {
    title: "Sign in to approve",
    lead: "Actions of your agents that a policy held wait for a person. Sign in to read and decide them.",
    whose: "a reviewer",
  },
  back: "To what waits for you",
};
