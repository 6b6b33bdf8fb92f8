// Verifies webhooks with the library of another language. Reads [{secret, headers, body}] and prints, for each, the
// event that it verified, or null where it refused. The library is looked for in the folder that is named.
const { Webhook } = require(require.resolve("standardwebhooks", { paths: [process.argv[2]] }));

const asked = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = asked.map(({ secret, headers, body }) => {
  try {
    return new Webhook(secret).verify(body, headers);
  } catch {
    return null;
  }
});
process.stdout.write(JSON.stringify(found));
