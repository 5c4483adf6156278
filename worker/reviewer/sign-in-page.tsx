/** Sign-in with an API key. One-time links come in by the route alone. */
import { Page } from "./page.tsx";
import type { Site } from "./site.ts";

interface SignInProps {
  readonly site: Site;
  /** Why the last attempt failed. */
  readonly message: string | null;
  /** What to go to afterwards. */
  readonly item: string | null;
}

export function SignInPage({ site, message, item }: SignInProps) {
  return (
    <Page title="Sign in" session={null} site={site}>
      <div class="narrow">
        <h1>{site.signIn.title}</h1>
        <p class="lead">{site.signIn.lead}</p>
        {message !== null && (
          <p class="alert" role="alert" id="sign-in-message">
            {message}
          </p>
        )}
        <form class="sign-in" method="post" action={`${site.root}/sign-in`}>
          {item !== null && <input type="hidden" name="item" value={item} />}
          {/* Password managers file a password under a name; the field is theirs alone. */}
          <input hidden type="text" name="username" autocomplete="username" value="countersign" />
          <label for="key">Your API key</label>
          <input
            id="key"
            name="key"
            type="password"
            required
            maxlength={200}
            autocomplete="current-password"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby={message === null ? "key-hint" : "sign-in-message key-hint"}
            aria-invalid={message === null ? undefined : "true"}
          />
          <p class="hint" id="key-hint">
            It starts with <code>cs_</code> and must be that of {site.signIn.whose}. A one-time link, where
            you have one, signs you in without it.
          </p>
          <button type="submit" class="approve">
            Sign in
          </button>
        </form>
      </div>
    </Page>
  );
}
