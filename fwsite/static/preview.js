// Shows a form's texts while they are typed, as the server renders them. Without it there is the Preview button.
const form = document.querySelector("form[data-preview]");
const box = document.getElementById("preview");
let waiting, asked;
form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST", body: new FormData(form), signal: asked.signal, redirect: "error",
      });
      if (answer.ok) box.innerHTML = await answer.text();
    } catch { /* a newer text is on its way, or the server is away: the last preview stays */ }
  }, 250);
});
