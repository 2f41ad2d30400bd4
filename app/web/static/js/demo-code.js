// Demonstration only: the code now, below its field; asked for anew when it ends.
for (const hint of document.querySelectorAll("[data-demo-code]")) {
  const shown = hint.querySelector("code");
  const button = hint.querySelector("button");
  const field = hint.closest("form")?.querySelector(`input[name="${hint.dataset.demoCode}"]`);
  button.hidden = !field;
  button.addEventListener("click", () => {
    field.value = shown.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
  const wait = (seconds) => setTimeout(renew, Math.max(1, seconds) * 1000);
  const renew = async () => {
    try {
      const answer = await fetch("/demo/code", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const now = await answer.json();
      shown.textContent = now.code;
      wait(now.seconds);
    } catch {
      wait(10);
    }
  };
  if (hint.dataset.seconds) wait(Number(hint.dataset.seconds));
}
