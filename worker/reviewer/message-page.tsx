/** A page that only says something: not found, refused, failed. */
import { Page } from "./page.tsx";
import type { Session } from "./ports.ts";

interface MessageProps {
  readonly session: Session | null;
  readonly title: string;
  readonly text: string;
}

export function MessagePage({ session, title, text }: MessageProps) {
  return (
    <Page title={title} session={session}>
      <div class="narrow">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <p>
          <a href={session ? "/review" : "/review/sign-in"}>
            {session ? "To what waits for you" : "To the sign-in"}
          </a>
        </p>
      </div>
    </Page>
  );
}
