// New messages appear by themselves.
const posts = () => document.getElementById("posts");

async function look() {
  if (document.hidden) return;
  const { newest } = await fetch(posts().dataset.address, { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  if (newest === posts().dataset.newest) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  posts().replaceWith(page.getElementById("posts"));
}

setInterval(() => look().catch(() => {}), 1500);
