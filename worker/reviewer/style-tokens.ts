/** Colours, light and dark. Each text colour keeps 4.5:1 on each ground that it is used on (WCAG 1.4.3; checked by axe). */
export const STYLE_TOKENS = `
:root {
  color-scheme: light dark;
  --ground: #f4f3ef;
  --paper: #fffefb;
  --sunk: #eceae3;
  --ink: #1d1f23;
  --quiet: #5b5e66;
  --line: #dbd8ce;
  --edge: #8a8779;
  --link: #1f4b99;
  --focus: #1f4b99;
  --approve: #17663f;
  --approve-hover: #0f5232;
  --approve-ink: #ffffff;
  --deny: #a12318;
  --deny-ground: #fdf0ee;
  --block: #a12318;
  --block-ground: #fde4e0;
  --warn: #855400;
  --warn-ground: #fdecc4;
  --info: #34588c;
  --info-ground: #e1eafa;
  --good: #17663f;
  --good-ground: #dff1e6;
  --hidden: #7a1fa2;
  --hidden-ground: #f4e4fb;
  --number-ink: #ffffff;
  --shadow: 0 1px 2px rgb(40 36 20 / 6%), 0 6px 20px rgb(40 36 20 / 5%);
  --shadow-up: 0 -6px 24px rgb(40 36 20 / 10%);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131417;
    --paper: #1c1e22;
    --sunk: #25282d;
    --ink: #e9e7e1;
    --quiet: #a6a8af;
    --line: #34373d;
    --edge: #7b7e87;
    --link: #9dbcf5;
    --focus: #9dbcf5;
    --approve: #4cc38a;
    --approve-hover: #6ad5a1;
    --approve-ink: #06180f;
    --deny: #ff9c90;
    --deny-ground: #2f1b19;
    --block: #ff9c90;
    --block-ground: #4a1f1a;
    --warn: #f3c969;
    --warn-ground: #43330f;
    --info: #a5c3f7;
    --info-ground: #1e2f4b;
    --good: #6fd3a2;
    --good-ground: #143524;
    --hidden: #e0a8f7;
    --hidden-ground: #3a1d47;
    --number-ink: #16171a;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
    --shadow-up: 0 -6px 24px rgb(0 0 0 / 45%);
  }
}
`;
