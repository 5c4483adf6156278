/** A page that only says something: not found, refused, failed. */
import { Page } from "./page.tsx";
import type { Session } from "./ports.ts";
import { REVIEW, type Site } from "./site.ts";

interface MessageProps {
  readonly session: Session | null;
  readonly title: string;
  readonly text: string;
  readonly site?: Site;
}

export function MessagePage({ session, title, text, site = REVIEW }: MessageProps) {
  return (
    <Page title={title} session={session} site={site}>
      <div class="narrow">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <p>
          <a href={session ? site.root : `${site.root}/sign-in`}>{session ? site.back : "To the sign-in"}</a>
        </p>
      </div>
    </Page>
  );
}
