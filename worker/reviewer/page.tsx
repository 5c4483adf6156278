/** The frame of every page: head, skip link, header with who is signed in, main. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Session } from "./ports.ts";
import { REVIEW, type Site } from "./site.ts";
import { Text } from "./text.tsx";

export interface PageProps {
  readonly title: string;
  readonly session: Session | null;
  readonly site?: Site;
  /** The entry of the navigation that this page is. */
  readonly current?: string;
  readonly children?: Child;
}

export function Page({ title, session, site = REVIEW, current, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Countersign</title>
        <link rel="stylesheet" href={site.styleHref} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <a class="brand" href={site.root}>
            <span class="seal" aria-hidden="true" />
            Countersign
          </a>
          {session && <Navigation session={session} site={site} current={current} />}
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

interface NavigationProps {
  readonly session: Session;
  readonly site: Site;
  readonly current: string | undefined;
}

function Navigation({ session, site, current }: NavigationProps) {
  return (
    <>
      <nav aria-label={site.label}>
        {site.pages.map(({ id, path, title }) => (
          <a href={path} aria-current={current === id ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <form class="account" method="post" action={`${site.root}/sign-out`}>
        <input type="hidden" name="csrf" value={session.csrfToken} />
        <p>
          <span class="visually-hidden">Signed in as </span>
          <strong>
            <Text value={session.person} line />
          </strong>{" "}
          <span class="tenant">
            <Text value={session.tenantName} line />
          </span>
        </p>
        <button type="submit" class="plain">
          Sign out
        </button>
      </form>
    </>
  );
}

export function answer(
  c: Context,
  page: Child,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  return c.html(`<!doctype html>${String(page)}`, status);
}
