// Shows a form's texts while they are typed, as the server renders them. Without it there is the Preview button.
const form = document.querySelector("form[data-preview]");
const box = document.getElementById("preview");
let waiting, asked;
function preview() {
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
}
form?.addEventListener("input", preview);
// What was typed before this file was here, or was kept by the browser, nobody has told of.
if (form && [...form.elements].some(({ value, defaultValue }) => defaultValue !== undefined && value !== defaultValue)) preview();
