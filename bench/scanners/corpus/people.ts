/** Names and places to fill sentences with. */

export const FIRST_NAMES =
  "Jane Omar Priya Lukas Sofia Chen Amara Diego Ingrid Pierre Yuki Fatima Liam Olga Marco Aisha Tom Greta Ravi Helen".split(
    " ",
  );
export const LAST_NAMES =
  "Miller Haddad Nair Weber Rossi Wong Okafor Alvarez Larsen Dubois Tanaka Khan Murphy Petrova Bianchi Bello Baker Holm Gupta Clarke".split(
    " ",
  );
export const COMPANIES =
  "Northwind Trading,Acme Robotics,Globex Logistics,Initech Software,Blue Harbour Foods,Meridian Textiles,Alpine Optics,Cedar & Pine,Vantage Print,Orchard Analytics,Kestrel Energy,Lumen Dental Supply".split(
    ",",
  );
export const DOMAINS =
  "gmail.com yahoo.com outlook.com web.de orange.fr acme-robotics.com mail.northwind.co.uk globex.io uni-koeln.de proton.me hotmail.com".split(
    " ",
  );
export const CITIES =
  "Hamburg Lyon Denver Osaka Leeds Turin Madrid Oslo Pune Austin Toronto Lisbon Gdansk Tampere Perth Busan".split(
    " ",
  );
export const PRODUCTS =
  "desk lamp,standing desk,label printer,noise-cancelling headset,steel bracket,oak shelf,USB-C dock,ceramic mug,water filter,garden hose,cotton towel,bike helmet".split(
    ",",
  );
export const MONTHS =
  "January February March April May June July August September October November December".split(" ");
export const WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday".split(" ");
