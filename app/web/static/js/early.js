// On a slow PC a page is seen before its scripts are ready: what is pressed until then is kept and played once they are.
// A plain script in the head, since modules run only after the page was read; DOMContentLoaded comes after them.
(() => {
  const waiting = new Set();

  function keep(event) {
    const pressed = event.target.closest?.("button, input[type=submit]");
    if (!event.isTrusted || !pressed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.add(pressed);
  }

  document.addEventListener("click", keep, true);
  document.addEventListener("DOMContentLoaded", () => {
    document.removeEventListener("click", keep, true);
    for (const pressed of waiting) if (pressed.isConnected) pressed.click();
  }, { once: true });
})();
